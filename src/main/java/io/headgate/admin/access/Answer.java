package io.headgate.admin.access;

import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import tools.jackson.databind.json.JsonMapper;

/**
 * The answer to a write that is refused before an endpoint sees it; in the form of the endpoints' own
 * answers.
 */
final class Answer {

    private static final JsonMapper MAPPER = new JsonMapper();

    private Answer() {
    }

    static Mono<Void> refuse(ServerWebExchange exchange, HttpStatus status, String error) {
        ServerHttpResponse response = exchange.getResponse();
        response.setStatusCode(status);
        response.getHeaders().setContentType(MediaType.APPLICATION_JSON);
        byte[] body = MAPPER.writeValueAsBytes(Map.of("error", error));
        return response.writeWith(Mono.fromSupplier(() -> response.bufferFactory().wrap(body)));
    }
}
