package io.headgate.l7.gateway.compile;

import io.headgate.l7.gateway.ConcurrencyLimitGatewayFilterFactory;
import io.headgate.l7.gateway.FailoverGatewayFilterFactory;
import io.headgate.l7.gateway.FaultGatewayFilterFactory;
import io.headgate.l7.gateway.GrpcWebGatewayFilterFactory;
import io.headgate.l7.gateway.HedgeGatewayFilterFactory;
import io.headgate.l7.gateway.MirrorGatewayFilterFactory;
import io.headgate.l7.gateway.RateLimitGatewayFilterFactory;
import io.headgate.l7.gateway.RespondGatewayFilterFactory;
import io.headgate.l7.gateway.RetryGatewayFilterFactory;
import io.headgate.l7.gateway.admit.AdmissionGatewayFilterFactory;
import io.headgate.l7.gateway.cached.CacheArguments;
import io.headgate.l7.gateway.cached.CacheGatewayFilterFactory;
import io.headgate.l7.gateway.cached.LocalResponseCacheArguments;
import io.headgate.l7.gateway.cached.LocalResponseCacheGatewayFilterFactory;
import io.headgate.l7.gateway.compressed.CompressArguments;
import io.headgate.l7.gateway.compressed.CompressGatewayFilterFactory;
import io.headgate.l7.gateway.expand.SafeExpansion;
import io.headgate.l7.gateway.own.OwnFilter;
import io.headgate.l7.gateway.own.OwnFilterFactory;
import io.headgate.l7.gateway.paged.ErrorPagesGatewayFilterFactory;
import io.headgate.l7.route.ResponseEdit;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory.NameConfig;
import org.springframework.cloud.gateway.filter.factory.AbstractNameValueGatewayFilterFactory.NameValueConfig;
import org.springframework.cloud.gateway.filter.factory.AddRequestHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.AddRequestHeadersIfNotPresentGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.AddRequestParameterGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.AddResponseHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.DedupeResponseHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.MapRequestHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.PrefixPathGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.PreserveHostHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RedirectToGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RemoveRequestHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RemoveRequestParameterGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RemoveResponseHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RequestHeaderSizeGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RequestRateLimiterGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RequestSizeGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RequestSizeGatewayFilterFactory.RequestSizeConfig;
import org.springframework.cloud.gateway.filter.factory.RetryGatewayFilterFactory.RetryConfig;
import org.springframework.cloud.gateway.filter.factory.RewriteLocationResponseHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RewritePathGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RewriteRequestParameterGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RewriteResponseHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.SecureHeadersGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.SetPathGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.SetRequestHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.SetRequestHostHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.SetResponseHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.SetStatusGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.SpringCloudCircuitBreakerFilterFactory;
import org.springframework.cloud.gateway.filter.factory.StripPrefixGatewayFilterFactory;
import org.springframework.cloud.gateway.support.config.KeyValueConfig;

/** Makes edits of each filter's bound configuration. A subclass of a known factory counts as unknown. */
final class Filters {

    private Filters() {
    }

    /** Only what comes with Spring Cloud Gateway itself is known. */
    static void requireKnown(GatewayFilterFactory<?> factory, String name) throws NotCompilable {
        if (factory instanceof AdmissionGatewayFilterFactory<?>) {
            return;
        }
        if (!factory.getClass().getPackageName().equals(GatewayFilterFactory.class.getPackageName())
                && !SafeExpansion.isOurs(factory) && !(factory instanceof RetryGatewayFilterFactory)
                && !(factory instanceof RateLimitGatewayFilterFactory)
                && !(factory instanceof MirrorGatewayFilterFactory)
                && !(factory instanceof HedgeGatewayFilterFactory)
                && !(factory instanceof ConcurrencyLimitGatewayFilterFactory)
                && !(factory instanceof FaultGatewayFilterFactory)
                && !(factory instanceof RespondGatewayFilterFactory)
                && !(factory instanceof GrpcWebGatewayFilterFactory)
                && !(factory instanceof OwnFilterFactory<?>) && !isCache(factory)
                && !(factory instanceof CompressGatewayFilterFactory)
                && !(factory instanceof ErrorPagesGatewayFilterFactory)
                && !(factory instanceof FailoverGatewayFilterFactory)) {
            throw new NotCompilable("filter " + name + " of your own",
                    "make it an io.headgate.filter.FilterFactory, or accept the slow lane");
        }
    }

    private static boolean isCache(GatewayFilterFactory<?> factory) {
        return factory instanceof CacheGatewayFilterFactory
                || factory instanceof LocalResponseCacheGatewayFilterFactory;
    }

    static Edits compile(GatewayFilterFactory<?> factory, String name, Object config, GatewayFilter filter)
            throws NotCompilable {
        return switch (factory) {
            case AddRequestHeaderGatewayFilterFactory f -> RequestHeaderFilters.add((NameValueConfig) config);
            case SetRequestHeaderGatewayFilterFactory f -> RequestHeaderFilters.set((NameValueConfig) config);
            case RemoveRequestHeaderGatewayFilterFactory f ->
                RequestHeaderFilters.remove((NameConfig) config);
            case AddRequestHeadersIfNotPresentGatewayFilterFactory f ->
                RequestHeaderFilters.addIfNotPresent((KeyValueConfig) config);
            case MapRequestHeaderGatewayFilterFactory f ->
                RequestHeaderFilters.map((MapRequestHeaderGatewayFilterFactory.Config) config);
            case PreserveHostHeaderGatewayFilterFactory f -> RequestHeaderFilters.preserveHost();
            case SetRequestHostHeaderGatewayFilterFactory f ->
                RequestHeaderFilters.setHost((SetRequestHostHeaderGatewayFilterFactory.Config) config);
            case AddResponseHeaderGatewayFilterFactory f ->
                ResponseHeaderFilters.add((NameValueConfig) config);
            case SetResponseHeaderGatewayFilterFactory f ->
                ResponseHeaderFilters.set((NameValueConfig) config);
            case RemoveResponseHeaderGatewayFilterFactory f ->
                ResponseHeaderFilters.remove((NameConfig) config);
            case RewriteResponseHeaderGatewayFilterFactory f ->
                ResponseHeaderFilters.rewrite((RewriteResponseHeaderGatewayFilterFactory.Config) config);
            case DedupeResponseHeaderGatewayFilterFactory f ->
                ResponseHeaderFilters.dedupe((DedupeResponseHeaderGatewayFilterFactory.Config) config);
            case RewriteLocationResponseHeaderGatewayFilterFactory f -> ResponseHeaderFilters
                    .rewriteLocation((RewriteLocationResponseHeaderGatewayFilterFactory.Config) config);
            case SetStatusGatewayFilterFactory f ->
                ResponseHeaderFilters.status((SetStatusGatewayFilterFactory.Config) config, f);
            case SecureHeadersGatewayFilterFactory f -> SecureHeaders.of(filter);
            case StripPrefixGatewayFilterFactory f ->
                TargetFilters.stripPrefix(((StripPrefixGatewayFilterFactory.Config) config).getParts());
            case PrefixPathGatewayFilterFactory f ->
                TargetFilters.prefixPath((PrefixPathGatewayFilterFactory.Config) config);
            case SetPathGatewayFilterFactory f ->
                TargetFilters.setPath((SetPathGatewayFilterFactory.Config) config);
            case RewritePathGatewayFilterFactory f ->
                TargetFilters.rewritePath((RewritePathGatewayFilterFactory.Config) config);
            case AddRequestParameterGatewayFilterFactory f ->
                TargetFilters.addParameter((NameValueConfig) config);
            case RemoveRequestParameterGatewayFilterFactory f ->
                TargetFilters.removeParameter((NameConfig) config);
            case RewriteRequestParameterGatewayFilterFactory f ->
                TargetFilters.rewriteParameter((RewriteRequestParameterGatewayFilterFactory.Config) config);
            case RedirectToGatewayFilterFactory f ->
                TargetFilters.redirect((RedirectToGatewayFilterFactory.Config) config);
            case GrpcWebGatewayFilterFactory _ -> Edits.before(GrpcWebGatewayFilterFactory.edit());
            case RespondGatewayFilterFactory _ ->
                Edits.answering(always -> RespondGatewayFilterFactory.edit(filter, always));
            case AdmissionGatewayFilterFactory<?> f ->
                Edits.answering(always -> AdmissionGatewayFilterFactory.edit(filter, always));
            case RequestSizeGatewayFilterFactory f -> SizeFilters.body((RequestSizeConfig) config);
            case RequestHeaderSizeGatewayFilterFactory f ->
                SizeFilters.header((RequestHeaderSizeGatewayFilterFactory.Config) config);
            case RateLimitGatewayFilterFactory f ->
                LimitFilters.rate(f, (RateLimitGatewayFilterFactory.Config) config);
            case SpringCloudCircuitBreakerFilterFactory f -> BreakerFilters.breaker(f,
                    (SpringCloudCircuitBreakerFilterFactory.Config) config);
            case RequestRateLimiterGatewayFilterFactory f -> LimitFilters.keyed(f,
                    (RequestRateLimiterGatewayFilterFactory.Config) config);
            case MirrorGatewayFilterFactory f ->
                Edits.mirroring(f.mirroring((MirrorGatewayFilterFactory.Config) config));
            case HedgeGatewayFilterFactory _ ->
                Edits.hedging(HedgeGatewayFilterFactory.hedging((HedgeGatewayFilterFactory.Config) config));
            case ConcurrencyLimitGatewayFilterFactory f ->
                LimitFilters.concurrency(f, (ConcurrencyLimitGatewayFilterFactory.Config) config);
            case FaultGatewayFilterFactory f ->
                LimitFilters.fault(f, (FaultGatewayFilterFactory.Config) config);
            case RetryGatewayFilterFactory f -> RetryFilters.retry((RetryConfig) config);
            case OwnFilterFactory<?> _ -> own((OwnFilter) filter);
            case CacheGatewayFilterFactory f -> Edits.caching(f.caching((CacheArguments) config));
            case CompressGatewayFilterFactory _ ->
                Edits.compressing(CompressGatewayFilterFactory.compression((CompressArguments) config));
            case FailoverGatewayFilterFactory _ -> Edits.failingOver(
                    FailoverGatewayFilterFactory.policy((FailoverGatewayFilterFactory.Config) config));
            case ErrorPagesGatewayFilterFactory _ ->
                Edits.pages(ErrorPagesGatewayFilterFactory.rule(filter));
            case LocalResponseCacheGatewayFilterFactory f ->
                Edits.caching(f.caching((LocalResponseCacheArguments) config));
            default ->
                throw new NotCompilable("filter " + name, "remove " + name + ", or accept the slow lane");
        };
    }

    private static Edits own(OwnFilter filter) {
        ResponseEdit after = filter.afterMember();
        return after == null
                ? Edits.before(filter.beforeMember())
                : Edits.around(filter.beforeMember(), after);
    }
}
