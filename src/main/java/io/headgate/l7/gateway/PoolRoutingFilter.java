package io.headgate.l7.gateway;

import static org.springframework.cloud.gateway.support.ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR;

import io.headgate.net.ClientSource;
import io.headgate.net.Descriptors;
import io.headgate.net.HeadLimits;
import io.headgate.net.ReadSizes;
import io.headgate.pool.MemberProtocol;
import io.headgate.pool.MemberTls;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http2.Http2StreamChannel;
import io.netty.handler.ssl.ApplicationProtocolNames;
import io.netty.handler.timeout.WriteTimeoutHandler;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.cloud.gateway.config.HttpClientProperties;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.NettyRoutingFilter;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.RouteMetadataUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.http.HttpProtocol;
import reactor.netty.http.client.HttpClient;

/**
 * Spring Cloud Gateway's routing filter with the timeouts and the TLS of the pool. A route's own
 * {@code connect-timeout} and {@code response-timeout} metadata come first, as SCG documents them.
 */
public final class PoolRoutingFilter extends NettyRoutingFilter {

    /** The most clients that are kept: each reload may bring terms that differ from all before. */
    private static final int MAX_CLIENTS = 1000;

    private static final String OWN_RESPONSE_TIMEOUT = "headgate." + RouteMetadataUtils.RESPONSE_TIMEOUT_ATTR;

    private final Map<Terms, HttpClient> clients = new ConcurrentHashMap<>();
    private final HttpClient plain;
    /** Asks for WebSockets. */
    private final HttpClient upgrading;
    /** For targets that are an address. */
    private final HttpClient fixed;
    private final HttpClient fixedUpgrading;

    public PoolRoutingFilter(HttpClient httpClient, ObjectProvider<List<HttpHeadersFilter>> headersFilters,
            HttpClientProperties properties) {
        HttpClient reading = httpClient.doOnChannelInit((observer, channel, remote) -> {
            channel.config().setRecvByteBufAllocator(ReadSizes.WITHIN_MEMORY);
            channel.pipeline().addFirst(LateConnect.WATCH);
            Descriptors.PROCESS.opened();
            channel.closeFuture().addListener(closed -> Descriptors.PROCESS.closed());
        });
        HttpClient client = MemberPipeline.watched(reading).doOnResponse((response, connection) -> {
            if (Descriptors.PROCESS.isMembersHalfUsed()) {
                connection.markPersistent(false); // kept, it would take a descriptor that others need
            }
        });
        super(client, headersFilters, withoutTimeout(properties));
        this.plain = SlowAttempt.watched(client);
        this.upgrading = SlowAttempt.watched(Single.use(Switching.watched(reading)))
                .protocol(HttpProtocol.HTTP11).headers(headers -> headers
                        .set(HttpHeaderNames.UPGRADE, HttpHeaderValues.WEBSOCKET)
                        .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.UPGRADE));
        this.fixed = with(ofNobody(properties), plain);
        this.fixedUpgrading = with(ofNobody(properties), upgrading);
    }

    /**
     * Without the response timeout of Spring Cloud Gateway's client: it is only the default of a pool's, and
     * its own timer would end requests before a pool's longer timeout does.
     */
    private static HttpClientProperties withoutTimeout(HttpClientProperties properties) {
        HttpClientProperties same = new HttpClientProperties();
        same.setConnectTimeout(properties.getConnectTimeout());
        same.setWiretap(properties.isWiretap());
        return same;
    }

    @Override
    protected HttpClient getHttpClient(Route route, ServerWebExchange exchange) {
        SlowRequest slow = SlowRequest.of(exchange);
        SlowAttempt tried = slow.tried();
        ClientSource source = tried == null ? null : slow.arrival().source();
        boolean upgrade = UpgradeFilter.isFor(exchange);
        HttpClient client = tried != null
                ? client(tried.member().pool().spec(), tried.isAnew(), upgrade)
                : upgrade ? fixedUpgrading : fixed;
        if (tried != null && source != null) { // Reactor Netty has a pool of connections for each
            tried.comesFrom(source);
            client = client.bindAddress(source::address).option(EpollChannelOption.IP_TRANSPARENT, true)
                    .option(EpollChannelOption.IP_BIND_ADDRESS_NO_PORT, true);
        }
        Object connect = route.getMetadata().get(RouteMetadataUtils.CONNECT_TIMEOUT_ATTR);
        if (connect != null) {
            client = client.option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Integer.valueOf(connect.toString()));
        }
        Object own = route.getMetadata().get(OWN_RESPONSE_TIMEOUT);
        return own instanceof Duration longest ? HeadDeadline.within(longest, client) : client;
    }

    private HttpClient client(PoolSpec spec, boolean anew, boolean upgrade) {
        if (clients.size() > MAX_CLIENTS) {
            clients.clear();
        }
        return clients.computeIfAbsent(new Terms(spec.timeouts(), spec.tls(),
                upgrade ? MemberProtocol.HTTP1 : spec.protocol(), anew && !upgrade, upgrade), this::with);
    }

    /**
     * A header that cannot be sent is not the member's fault. An answer without a body gets no length,
     * because a filter may change its status to one that has a body.
     */
    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        if (!isSendable(exchange.getRequest().getHeaders())) {
            return Mono.error(new IllegalStateException("a filter has made a header that cannot be sent"));
        }
        return connecting(exchange, routed(exchange, chain)).doOnSuccess(answered -> {
            HttpStatusCode status = exchange.getResponse().getStatusCode();
            if (status != null && (status.value() == 204 || status.value() == 304)) {
                exchange.getResponse().getHeaders().remove(HttpHeaders.CONTENT_LENGTH);
            }
        });
    }

    /**
     * Of a route that has a response timeout of its own, SCG's filter sees one that has none: its timer would
     * go on while this process is held up, and would not see what lies in the socket.
     */
    private Mono<Void> routed(ServerWebExchange exchange, GatewayFilterChain chain) {
        Route route = exchange.getRequiredAttribute(GATEWAY_ROUTE_ATTR);
        Object own = route.getMetadata().get(RouteMetadataUtils.RESPONSE_TIMEOUT_ATTR);
        if (own == null || !own.toString().matches("-\\d{1,18}|[1-9]\\d{0,17}")) {
            return super.filter(exchange, chain);
        }
        long millis = Math.max(0, Long.parseLong(own.toString())); // below zero there is no limit
        Map<String, Object> metadata = new HashMap<>(route.getMetadata());
        metadata.put(RouteMetadataUtils.RESPONSE_TIMEOUT_ATTR, -1);
        metadata.put(OWN_RESPONSE_TIMEOUT, Duration.ofMillis(millis));
        exchange.getAttributes().put(GATEWAY_ROUTE_ATTR, Route.async().id(route.getId()).uri(route.getUri())
                .order(route.getOrder()).asyncPredicate(route.getPredicate()).replaceMetadata(metadata)
                .build());
        try {
            return super.filter(exchange, chain);
        } finally {
            exchange.getAttributes().put(GATEWAY_ROUTE_ATTR, route);
        }
    }

    /**
     * The member is not blamed if Headgate itself was late, or if the way back to the client may be wrong.
     */
    private static Mono<Void> connecting(ServerWebExchange exchange, Mono<Void> asked) {
        SlowRequest slow = SlowRequest.of(exchange);
        SlowAttempt tried = slow.tried();
        boolean fromClient = slow.arrival().source() != null;
        return tried == null
                ? asked
                : asked.doOnError(error -> error instanceof LateConnect
                        || (fromClient && isUnconnected(error) && !ClientSource.refused(error)),
                        late -> tried.excuse());
    }

    private static boolean isUnconnected(Throwable error) {
        Reason reason = Failures.reason(error);
        return reason == Reason.CONNECT_FAILED || reason == Reason.CONNECT_TIMEOUT;
    }

    private static boolean isSendable(HttpHeaders headers) {
        return headers.headerSet().stream().allMatch(header -> header.getValue().stream()
                .allMatch(value -> HttpHeaderValidationUtil.validateValidHeaderValue(value) < 0));
    }

    /**
     * What a client's connections have in common.
     *
     * @param anew whether each is opened for one request and closed after it
     * @param upgrade whether they may become WebSockets
     */
    private record Terms(Timeouts timeouts, @Nullable MemberTls tls, MemberProtocol protocol, boolean anew,
            boolean upgrade) {}

    private HttpClient with(Terms terms) {
        MemberTls tls = terms.tls();
        // PoolFilter knows what may be repeated.
        HttpClient client = with(terms.timeouts(), terms.upgrade() ? upgrading : plain).disableRetry(true);
        if (terms.anew()) {
            client = Single.use(client);
        }
        if (terms.protocol() != MemberProtocol.HTTP1) {
            client = client.http2Settings(settings -> settings.maxHeaderListSize(HeadLimits.HEADERS));
        }
        return with(client, terms.protocol(), tls);
    }

    private static HttpClient with(HttpClient client, MemberProtocol protocol, @Nullable MemberTls tls) {
        return switch (protocol) {
            case HTTP1 -> tls == null ? client : client.secure(ssl -> ssl.sslContext(NamedTls.of(tls)));
            case H2C -> client.protocol(HttpProtocol.H2C);
            case H2 -> tls == null // which no configuration says
                    ? client
                    : client.protocol(HttpProtocol.H2)
                            .secure(ssl -> ssl.sslContext(
                                    new Http2Tls(NamedTls.of(tls), ApplicationProtocolNames.HTTP_2)));
            case AUTO -> tls == null // as above
                    ? client
                    : client.protocol(HttpProtocol.H2, HttpProtocol.HTTP11)
                            .secure(ssl -> ssl.sslContext(new Http2Tls(NamedTls.of(tls),
                                    ApplicationProtocolNames.HTTP_2, ApplicationProtocolNames.HTTP_1_1)));
        };
    }

    /** SCG's own where they are given. */
    private static Timeouts ofNobody(HttpClientProperties properties) {
        Timeouts usual = Timeouts.DEFAULT;
        Integer connect = properties.getConnectTimeout();
        Duration response = properties.getResponseTimeout();
        return new Timeouts(connect == null ? usual.connect() : Duration.ofMillis(connect), usual.send(),
                response == null ? usual.response() : response, usual.idle());
    }

    private static HttpClient with(Timeouts timeouts, HttpClient base) {
        HttpClient client = Silence.within(timeouts.idle(), base)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, Math.toIntExact(timeouts.connect().toMillis()));
        if (!timeouts.send().isZero()) {
            long millis = timeouts.send().toMillis();
            client = client
                    .doOnChannelInit((observer, channel, remote) -> channel.pipeline()
                            .addFirst(new WriteTimeoutHandler(millis, TimeUnit.MILLISECONDS)))
                    .doOnRequest((request, connection) -> { // a stream of that connection, with HTTP/2
                        if (connection.channel() instanceof Http2StreamChannel stream) {
                            stream.pipeline()
                                    .addFirst(new WriteTimeoutHandler(millis, TimeUnit.MILLISECONDS));
                        }
                    });
        }
        Duration response = timeouts.response();
        return HeadDeadline.within(response, client);
    }
}
