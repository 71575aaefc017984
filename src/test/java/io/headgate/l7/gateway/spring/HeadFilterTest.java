package io.headgate.l7.gateway.spring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.headgate.l7.Lane;
import io.headgate.l7.gateway.compile.RouteRefresh;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.Principal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.GlobalFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.headers.HttpHeadersFilter;
import org.springframework.cloud.gateway.filter.ratelimit.KeyResolver;
import org.springframework.cloud.gateway.filter.ratelimit.RateLimiter;
import org.springframework.cloud.gateway.route.Route;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.reactive.EnableWebFluxSecurity;
import org.springframework.security.config.web.server.ServerHttpSecurity;
import org.springframework.security.core.context.ReactiveSecurityContextHolder;
import org.springframework.security.oauth2.jwt.NimbusReactiveJwtDecoder;
import org.springframework.security.web.server.SecurityWebFilterChain;
import org.springframework.web.cors.CorsConfiguration;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import reactor.core.publisher.Mono;
import reactor.core.scheduler.Schedulers;

/**
 * Filters that are written for Spring do the same on either lane, if they look at heads: Spring Security's
 * chain for every request, a WebFilter, a GlobalFilter, the factory of a GatewayFilter, header filters.
 */
@SuppressWarnings("NullAway.Init") // set before each class invocation
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
class HeadFilterTest {

    private static final byte[] KEY = "a key of at least thirty-two bytes".getBytes(StandardCharsets.UTF_8);
    private static final AtomicInteger ENDED = new AtomicInteger();
    private static final AtomicInteger ASKED = new AtomicInteger();
    private static final AtomicInteger BEGUN = new AtomicInteger();
    private static final AtomicInteger CANCELLED = new AtomicInteger();

    @Parameter
    boolean fast;

    private static RawServer member;
    private static TestGateway gateway;

    @Configuration(proxyBeanMethods = false)
    @EnableWebFluxSecurity
    static class Beans {

        @Bean
        SecurityWebFilterChain everything(ServerHttpSecurity http) {
            return http
                    .authorizeExchange(exchanges -> exchanges.pathMatchers("/open/**").permitAll()
                            .pathMatchers("/forbidden/**").denyAll().anyExchange().authenticated())
                    .csrf(ServerHttpSecurity.CsrfSpec::disable)
                    .cors(cors -> cors.configurationSource(exchange -> {
                        CorsConfiguration pages = new CorsConfiguration();
                        pages.setAllowedOrigins(List.of("http://page.test"));
                        pages.setAllowedMethods(List.of("GET"));
                        return pages;
                    }))
                    .oauth2ResourceServer(server -> server.jwt(jwt -> jwt.jwtDecoder(NimbusReactiveJwtDecoder
                            .withSecretKey(new SecretKeySpec(KEY, "HmacSHA256")).build())))
                    .build();
        }

        @Bean
        @Order(1)
        WebFilter counted() {
            return new Counted();
        }

        @Bean
        GlobalFilter audit() {
            return new Audit();
        }

        @Bean
        StampGatewayFilterFactory stamp() {
            return new StampGatewayFilterFactory();
        }

        @Bean
        HttpHeadersFilter towardsMembers() {
            return (headers, exchange) -> {
                HttpHeaders all = HttpHeaders.copyOf(headers);
                Route route = exchange.getRequiredAttribute(ServerWebExchangeUtils.GATEWAY_ROUTE_ATTR);
                all.set("X-Route", route.getId() + " " + route.getMetadata().get("team"));
                all.remove("X-Gone");
                return all;
            };
        }

        @Bean
        HttpHeadersFilter fromMembers() {
            return new HttpHeadersFilter() {

                @Override
                public HttpHeaders filter(HttpHeaders headers, ServerWebExchange exchange) {
                    HttpHeaders all = HttpHeaders.copyOf(headers);
                    all.remove("X-Inner");
                    return all;
                }

                @Override
                public boolean supports(Type type) {
                    return type == Type.RESPONSE;
                }
            };
        }

        @Bean
        KeyResolver users() {
            return exchange -> exchange.getPrincipal().map(Principal::getName);
        }

        @Bean
        RateLimiter<Object> limiter() {
            return new OnlyFrank();
        }
    }

    /** Notes how requests end; some it answers, some it keeps waiting. */
    static final class Counted implements WebFilter {

        @Override
        public Mono<Void> filter(ServerWebExchange exchange,
                org.springframework.web.server.WebFilterChain chain) {
            String what = String.valueOf(exchange.getRequest().getHeaders().getFirst("X-Web"));
            return switch (what) {
                case "later" -> Mono.fromSupplier(() -> what).subscribeOn(Schedulers.boundedElastic())
                        .then(chain.filter(exchange));
                case "never" -> Mono.<Void>never().doOnSubscribe(begun -> BEGUN.incrementAndGet())
                        .doOnCancel(CANCELLED::incrementAndGet);
                case "refuse" ->
                    Mono.error(new ResponseStatusException(HttpStatus.PAYMENT_REQUIRED, "no tea"));
                case "break" -> Mono.error(new IllegalStateException("asked to"));
                case "empty" -> Mono.empty();
                default ->
                    chain.filter(exchange).doOnSuccess(done -> ENDED.incrementAndGet());
            };
        }
    }

    /** Tells members who sends a request, and the client that it did. */
    static final class Audit implements GlobalFilter, Ordered {

        @Override
        public int getOrder() {
            return 0;
        }

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
            exchange.getResponse().getHeaders().add("X-Early", "yes");
            return ReactiveSecurityContextHolder.getContext()
                    .map(context -> Objects.requireNonNull(context.getAuthentication()).getName())
                    .defaultIfEmpty("nobody").flatMap(name -> chain.filter(exchange.mutate()
                            .request(request -> request.header("X-User", name)
                                    .headers(headers -> headers.remove("Authorization")))
                            .build()))
                    .then(Mono.fromRunnable(() -> {
                        if (!exchange.getResponse().isCommitted()) { // by a filter that answers
                            exchange.getResponse().getHeaders().set("X-Audited",
                                    String.valueOf(exchange.getResponse().getStatusCode()));
                        }
                    }));
        }
    }

    static final class StampGatewayFilterFactory
            extends
                AbstractGatewayFilterFactory<AbstractGatewayFilterFactory.NameConfig> {

        StampGatewayFilterFactory() {
            super(NameConfig.class);
        }

        @Override
        public List<String> shortcutFieldOrder() {
            return List.of("name");
        }

        @Override
        public GatewayFilter apply(NameConfig config) {
            return (exchange, chain) -> chain
                    .filter(exchange.mutate().request(request -> request.path("/stamped").header("X-Stamp",
                            config.getName() + " " + exchange.getRequest().getHeaders().getFirst("X-Before")))
                            .build())
                    .then(Mono.fromRunnable(() -> exchange.getResponse().setStatusCode(HttpStatus.ACCEPTED)));
        }
    }

    static final class OnlyFrank implements RateLimiter<Object> {

        @Override
        public Mono<Response> isAllowed(String route, String key) {
            return Mono.just(new Response(key.equals("frank"), Map.of("X-Key", key)));
        }

        @Override
        public Map<String, Object> getConfig() {
            return Map.of();
        }

        @Override
        public Class<Object> getConfigClass() {
            return Object.class;
        }

        @Override
        public Object newConfig() {
            return new Object();
        }
    }

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) {
        member = new RawServer(HeadFilterTest::echo);
        gateway = TestGateway.with(Beans.class,
                """
                        headgate:
                          fast-path: { debug-header: true, enabled: %s, head-filters: [ counted, HeadFilterTest$Audit, Stamp ] }
                          pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                          pools.gone: { members: [ "127.0.0.1:1" ], health: { check: none } }
                        spring.cloud.gateway.server.webflux.routes:
                          - id: stamped
                            uri: lb://p
                            predicates: [ "Path=/stamp/**" ]
                            filters: [ "AddRequestHeader=X-Before, yes", Stamp=mark, "SetResponseHeader=X-After, yes" ]
                          - id: limited
                            uri: lb://p
                            predicates: [ "Path=/limited/**" ]
                            filters: [ RequestRateLimiter ]
                          - id: insured
                            uri: lb://p
                            predicates: [ "Path=/insured/**" ]
                            filters:
                              - { name: CircuitBreaker, args: { name: insured, fallbackUri: "forward:/open/instead" } }
                              - { name: Retry, args: { retries: 2, statuses: SERVICE_UNAVAILABLE, backoff: { firstBackoff: 1ms } } }
                          - { id: gone, uri: "lb://gone", predicates: [ "Path=/gone/**" ] }
                          - { id: all, uri: "lb://p", predicates: [ "Path=/**" ], metadata: { team: one } }
                        """
                        .formatted(fast, member.port()));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    private static void echo(Socket socket) throws IOException {
        for (String head = RawServer.head(socket); !head.isBlank(); head = RawServer.head(socket)) {
            String body = head.toLowerCase(Locale.ROOT);
            if (body.contains("content-length: 4\r\n")) {
                socket.getInputStream().readNBytes(4);
            }
            if (body.contains("/again") && ASKED.incrementAndGet() % 2 == 1) {
                RawServer.write(socket, "HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n");
                continue;
            }
            if (body.contains("/resets")) {
                return;
            }
            if (body.contains("upgrade: websocket")) {
                RawServer.write(socket,
                        "HTTP/1.1 101 Switching\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                                + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
                socket.getInputStream().transferTo(socket.getOutputStream());
                return;
            }
            RawServer.write(socket,
                    "HTTP/1.1 200 OK\r\nX-Inner: a\r\nX-Early: member\r\nCache-Control: max-age=5\r\n"
                            + "Content-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    private static String token(String user) {
        try {
            SignedJWT token = new SignedJWT(new JWSHeader(JWSAlgorithm.HS256),
                    new JWTClaimsSet.Builder().subject(user).build());
            token.sign(new MACSigner(KEY));
            return "Bearer " + token.serialize();
        } catch (JOSEException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpResponse<String> get(String path, String... more) {
        String[] headers = new String[more.length + 2];
        System.arraycopy(more, 0, headers, 2, more.length);
        headers[0] = "Authorization";
        headers[1] = token("ann");
        return gateway.get(path, headers);
    }

    private void servedByItsLane(HttpResponse<String> answer) {
        assertThat(answer.headers().firstValue("X-Headgate").orElse(""))
                .startsWith(fast ? "lane=fast" : "lane=slow");
    }

    @Test
    void noRouteIsSlow() {
        assertThat(gateway.bean(RouteRefresh.class).lanes().routes()).hasSize(5).allSatisfy(
                route -> assertThat(route.lane()).as(String.valueOf(route.reason()))
                        .isEqualTo(fast ? Lane.FAST : Lane.SLOW));
    }

    @Test
    void aUserIsKnownToFiltersAndMembers() {
        HttpResponse<String> answer = get("/a?b=c", "X-Gone", "1");
        servedByItsLane(answer);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).startsWith("get /a?b=c http/1.1")
                .contains("x-user: ann\r\n", "x-route: all one\r\n").doesNotContain("x-gone", "bearer");
        assertThat(answer.headers().map()).doesNotContainKey("x-inner").containsEntry("X-Audited",
                List.of("200 OK"));
        assertThat(answer.headers().allValues("X-Early")).containsExactly("yes", "member");
        // Spring Security's own, which leaves the member's caching alone
        assertThat(answer.headers().firstValue("X-Content-Type-Options")).hasValue("nosniff");
        assertThat(answer.headers().allValues("Cache-Control")).containsExactly("max-age=5");
        HttpResponse<String> anybody = gateway.get("/open/a");
        servedByItsLane(anybody);
        assertThat(anybody.body()).contains("x-user: nobody\r\n");
    }

    @ParameterizedTest
    @CsvSource({"/a, '', 401", "/a, Bearer nonsense, 401", "/a, Basic YTpi, 401",
            "/open/a, Bearer nonsense, 401",
            "/forbidden/a, '', 401", "/a;b=c, '', 400"})
    void strangersAreRefused(String path, String authorization, int status) {
        HttpResponse<String> answer = authorization.isEmpty()
                ? gateway.get(path)
                : gateway.get(path, "Authorization", authorization);
        servedByItsLane(answer);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().allValues("X-Early")).isEmpty();
        if (status == 401) {
            assertThat(answer.headers().firstValue("WWW-Authenticate").orElse("")).startsWith("Bearer");
            assertThat(answer.headers().firstValue("X-Frame-Options")).hasValue("DENY");
        }
    }

    @Test
    void usersAreRefusedToo() {
        assertThat(get("/forbidden/a").statusCode()).isEqualTo(403);
        assertThat(get("/limited/a").statusCode()).isEqualTo(429);
        HttpResponse<String> allowed = gateway.get("/limited/a", "Authorization", token("frank"));
        servedByItsLane(allowed);
        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(allowed.headers().firstValue("X-Key")).hasValue("frank");
    }

    @Test
    void aFilterStandsAmongTheOthers() {
        HttpResponse<String> answer = get("/stamp/a");
        servedByItsLane(answer);
        assertThat(answer.statusCode()).isEqualTo(202);
        assertThat(answer.body()).startsWith("get /stamped http/1.1").contains("x-stamp: mark yes\r\n",
                "x-user: ann\r\n");
        assertThat(answer.headers().firstValue("X-After")).hasValue("yes");
        assertThat(answer.headers().firstValue("X-Audited")).hasValue("202 ACCEPTED");
    }

    @ParameterizedTest
    @CsvSource({"later, 200", "refuse, 402", "break, 500", "empty, 200"})
    void aFilterOfTheWholeMayDecideAsItLikes(String what, int status) {
        HttpResponse<String> answer = get("/a", "X-Web", what);
        servedByItsLane(answer);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("X-Frame-Options")).hasValue("DENY");
        assertThat(gateway.send(HttpRequest.newBuilder().POST(HttpRequest.BodyPublishers.ofString("body")),
                "/a", "Authorization", token("ann"), "X-Web", what).statusCode()).isEqualTo(status);
    }

    @Test
    void itIsToldTheEndAndWhenNobodyWaits() throws IOException {
        int ended = ENDED.get();
        assertThat(get("/a").statusCode()).isEqualTo(200);
        await().until(() -> ENDED.get() > ended);
        int begun = BEGUN.get();
        int cancelled = CANCELLED.get();
        try (Wire client = new Wire(gateway.port())) {
            client.send("GET /a HTTP/1.1\r\nHost: h\r\nX-Web: never\r\nAuthorization: " + token("ann")
                    + "\r\n\r\n");
            await().until(() -> BEGUN.get() > begun);
        }
        await().until(() -> CANCELLED.get() > cancelled);
    }

    @Test
    void aMembersFailureHasTheHeadersOfSpringSecurityToo() {
        HttpResponse<String> answer = get("/gone/a");
        servedByItsLane(answer);
        assertThat(answer.statusCode()).isEqualTo(502);
        assertThat(answer.headers().firstValue("X-Frame-Options")).hasValue("DENY");
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).startsWith("application/problem");
    }

    @Test
    void itsOwnCorsIsAnsweredBeforeAnybodyIsAsked() throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            assertThat(client.send("OPTIONS /a HTTP/1.1\r\nHost: h\r\nOrigin: http://page.test\r\n"
                    + "Access-Control-Request-Method: GET\r\nConnection: close\r\n\r\n").readAll())
                    .startsWith("HTTP/1.1 200").contains("Access-Control-Allow-Origin: http://page.test");
        }
        try (Wire client = new Wire(gateway.port())) {
            assertThat(client.send("GET /open/a HTTP/1.1\r\nHost: h\r\nOrigin: http://page.test\r\n"
                    + "Connection: close\r\n\r\n").readAll())
                    .startsWith("HTTP/1.1 200").contains("Access-Control-Allow-Origin: http://page.test");
        }
        try (Wire client = new Wire(gateway.port())) {
            assertThat(client.send("GET /open/a HTTP/1.1\r\nHost: h\r\nOrigin: http://evil.test\r\n"
                    + "Connection: close\r\n\r\n").readAll()).startsWith("HTTP/1.1 403");
        }
    }

    @Test
    void whatIsRepeatedOrFallsBackIsGuardedOnce() {
        ASKED.set(0);
        HttpResponse<String> repeated = get("/insured/again");
        servedByItsLane(repeated);
        assertThat(repeated.statusCode()).isEqualTo(200);
        assertThat(repeated.body()).contains("x-user: ann\r\n");
        assertThat(repeated.headers().allValues("X-Frame-Options")).containsExactly("DENY");
        HttpResponse<String> fallback = get("/insured/resets");
        assertThat(fallback.statusCode()).isEqualTo(200);
        assertThat(fallback.body()).startsWith("get /open/instead ");
        assertThat(gateway.get("/insured/again").statusCode()).isEqualTo(401);
    }

    @Test
    void aWebSocketIsGuarded() throws IOException {
        String asks = "GET /ws HTTP/1.1\r\nHost: h\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                + "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
        try (Wire client = new Wire(gateway.port())) {
            assertThat(client.send(asks + "\r\n").head()).startsWith("HTTP/1.1 401");
        }
        int ended = ENDED.get();
        try (Wire client = new Wire(gateway.port())) {
            assertThat(client.send(asks + "Authorization: " + token("ann") + "\r\n\r\n").head())
                    .startsWith("HTTP/1.1 101").contains("X-Frame-Options: DENY");
            assertThat(client.send("hello").exactly(5)).isEqualTo("hello");
        }
        await().until(() -> ENDED.get() > ended);
    }

    @Test
    void formsAreLeftToSpring() {
        HttpResponse<String> answer = gateway.post("/a", "a=bc", "Authorization", token("ann"),
                "Content-Type", "application/x-www-form-urlencoded");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("X-Headgate").orElse("")).startsWith("lane=slow");
    }
}
