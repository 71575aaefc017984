package io.headgate.l7.gateway.admit;

import io.headgate.l7.admit.Rule;
import io.headgate.l7.route.RequestEdit;
import java.lang.ref.WeakReference;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;

/**
 * A filter that decides who may come in, with the same rule on both lanes. Equal configurations have one
 * rule, over reloads too: what it has learnt (passwords that were right, keys of an issuer) stays.
 */
public abstract sealed class AdmissionGatewayFilterFactory<C extends AdmissionConfig>
        extends
            AbstractGatewayFilterFactory<C>
        permits ApiKeyGatewayFilterFactory, BasicAuthGatewayFilterFactory, ForwardAuthGatewayFilterFactory,
        IpAllowGatewayFilterFactory, JwtGatewayFilterFactory {

    private final Map<List<Object>, WeakReference<Rule>> rules = new ConcurrentHashMap<>();

    AdmissionGatewayFilterFactory(Class<C> config) {
        super(config);
    }

    /**
     * Makes the rule.
     *
     * @throws IllegalArgumentException that says what is wrong with the configuration
     */
    abstract Rule make(C config);

    /** The rule of a configuration. */
    public final Rule rule(C config) {
        List<Object> key = config.key();
        WeakReference<Rule> known = rules.get(key);
        Rule rule = known == null ? null : known.get();
        if (rule == null) {
            rule = make(config);
            rules.values().removeIf(reference -> reference.get() == null);
            rules.put(key, new WeakReference<>(rule));
        }
        return rule;
    }

    /** The headers that the filter with this configuration tells members who it is with. */
    public final List<String> identityHeaders(Object config) {
        return rule(getConfigClass().cast(config)).identityHeaders();
    }

    @Override
    public final GatewayFilter apply(C config) {
        return new AdmissionFilter(rule(config));
    }

    /**
     * What the fast lane does in the place of the filter.
     *
     * @param filter that {@link #apply} has made
     * @param always the headers of its answers
     */
    public static RequestEdit edit(GatewayFilter filter, List<String> always) {
        return new AdmissionEdit(((AdmissionFilter) filter).rule(), always);
    }
}
