package io.headgate.l7.gateway.admit;

import io.headgate.l7.HeaderNames;
import io.headgate.l7.admit.Knock;
import io.headgate.l7.admit.Rule;
import io.headgate.l7.admit.Verdict;
import io.headgate.l7.gateway.GrpcRefusal;
import io.headgate.l7.gateway.RequestNotes;
import io.netty.channel.Channel;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.server.HttpServerRequest;

/** A rule on the slow lane. */
final class AdmissionFilter implements GatewayFilter {

    private final Rule rule;
    private final HeaderNames own;

    AdmissionFilter(Rule rule) {
        this.rule = rule;
        this.own = HeaderNames.of(rule.identityHeaders());
    }

    Rule rule() {
        return rule;
    }

    private record Asked(ServerWebExchange exchange) implements Knock {

        @Override
        public List<String> header(String name) {
            return exchange.getRequest().getHeaders().getOrEmpty(name);
        }

        @Override
        public @Nullable InetAddress address() {
            InetSocketAddress client = RequestNotes.client(exchange);
            return client == null ? null : client.getAddress();
        }

        @Override
        public String method() {
            return exchange.getRequest().getMethod().name();
        }

        @Override
        public String target() {
            HttpServerRequest received = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
            return received.uri();
        }

        @Override
        public void eachHeader(BiConsumer<String, String> line) {
            exchange.getRequest().getHeaders()
                    .forEach((name, values) -> values.forEach(value -> line.accept(name, value)));
        }

        @Override
        public Channel connection() {
            Connection connection = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
            return connection.channel();
        }
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
        return take(rule.check(new Asked(exchange)), exchange, chain);
    }

    private Mono<Void> take(Verdict verdict, ServerWebExchange exchange, GatewayFilterChain chain) {
        return switch (verdict) {
            case Verdict.Admitted admitted -> chain.filter(admit(admitted, exchange));
            case Verdict.Refused refused -> refuse(refused, exchange);
            case Verdict.Pending pending ->
                Mono.fromFuture(pending.decision(), true).doOnCancel(pending.abandoned())
                        .timeout(pending.limit(), RequestNotes.loop(exchange))
                        .onErrorReturn(pending.expired()).publishOn(RequestNotes.loop(exchange))
                        .flatMap(decided -> take(decided, exchange, chain));
        };
    }

    private ServerWebExchange admit(Verdict.Admitted admitted, ServerWebExchange exchange) {
        String user = admitted.user();
        if (user != null) {
            RequestNotes.user(exchange, user);
        }
        if (admitted.isPersonal()) {
            RequestNotes.personal(exchange);
        }
        if (admitted.headers().isEmpty() && admitted.removed().isEmpty()
                && rule.identityHeaders().isEmpty()) {
            return exchange;
        }
        return exchange.mutate().request(request -> request.headers(headers -> {
            headers.headerNames().stream().filter(own::contains).toList().forEach(headers::remove);
            admitted.removed().forEach(headers::remove);
            for (int i = 0; i + 1 < admitted.headers().size(); i += 2) {
                headers.set(admitted.headers().get(i), admitted.headers().get(i + 1));
            }
        })).build();
    }

    private static Mono<Void> refuse(Verdict.Refused refused, ServerWebExchange exchange) {
        RequestNotes.refused(exchange, refused.reason());
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(HttpStatusCode.valueOf(refused.status()));
        HttpHeaders headers = response.getHeaders();
        for (int i = 0; i + 1 < refused.headers().size(); i += 2) {
            headers.add(refused.headers().get(i), refused.headers().get(i + 1));
        }
        if (GrpcRefusal.concerns(exchange.getRequest())) {
            return GrpcRefusal.answer(response, refused.reason(), refused.status());
        }
        headers.setContentLength(refused.body().length);
        return refused.body().length == 0 || HttpMethod.HEAD.equals(exchange.getRequest().getMethod())
                ? response.setComplete()
                : response.writeWith(Mono.just(response.bufferFactory().wrap(refused.body())));
    }
}
