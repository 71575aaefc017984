package io.headgate.admin.access;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.core.io.buffer.DataBufferLimitException;
import org.springframework.core.io.buffer.DataBufferUtils;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.server.PathContainer;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.util.StringUtils;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPattern.PathMatchInfo;
import reactor.core.publisher.Flux;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Refuses a write whose body does not fit its command, before the endpoint gets it. */
final class CommandBodies implements WebFilter {

    private static final int MAX_BYTES = 16 * 1024;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).build();

    private static final String BELOW = "below";

    /** By the ids of the endpoints that take commands. */
    private final Map<String, PathPattern> endpoints = new LinkedHashMap<>();

    CommandBodies(EndpointPaths paths) {
        Command.ENDPOINTS.forEach(id -> endpoints.put(id, paths.below(id, "/{*" + BELOW + "}")));
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        Optional<Command> command = Writes.is(exchange) ? command(exchange) : Optional.empty();
        return command.isEmpty() ? chain.filter(exchange) : read(exchange, chain, command.get());
    }

    private Optional<Command> command(ServerWebExchange exchange) {
        PathContainer path = exchange.getRequest().getPath().pathWithinApplication();
        for (Map.Entry<String, PathPattern> each : endpoints.entrySet()) {
            PathMatchInfo found = each.getValue().matchAndExtract(path);
            if (found != null) {
                String below = found.getUriVariables().getOrDefault(BELOW, "");
                return Command.at(segments(each.getKey() + "/" + below));
            }
        }
        return Optional.empty();
    }

    /** The path as Actuator splits what is left of it: empty segments are none. */
    private static String segments(String below) {
        return "/" + String.join("/", StringUtils.tokenizeToStringArray(below, "/", false, true));
    }

    private static Mono<Void> read(ServerWebExchange exchange, WebFilterChain chain, Command command) {
        return DataBufferUtils.join(exchange.getRequest().getBody(), MAX_BYTES).map(CommandBodies::bytes)
                .defaultIfEmpty(new byte[0])
                .flatMap(body -> {
                    String fault = fault(command, body);
                    return fault == null
                            ? chain.filter(with(exchange, body))
                            : Answer.refuse(exchange, HttpStatus.BAD_REQUEST, fault);
                })
                .onErrorResume(DataBufferLimitException.class, e -> Answer.refuse(exchange,
                        HttpStatus.CONTENT_TOO_LARGE, "body: too large (expected: at most 16 KB)"));
    }

    private static @Nullable String fault(Command command, byte[] body) {
        if (body.length == 0 && !command.required()) {
            return null;
        }
        try {
            return command.fault(MAPPER.readTree(body));
        } catch (JacksonException e) {
            return "body: " + e.getOriginalMessage() + " (expected: a JSON object)";
        }
    }

    private static byte[] bytes(DataBuffer joined) {
        byte[] bytes = new byte[joined.readableByteCount()];
        joined.read(bytes);
        DataBufferUtils.release(joined);
        return bytes;
    }

    private static ServerWebExchange with(ServerWebExchange exchange, byte[] body) {
        HttpHeaders headers = HttpHeaders.copyOf(exchange.getRequest().getHeaders());
        if (body.length == 0) {
            headers.setContentType(MediaType.APPLICATION_JSON); // required even for an empty body
        }
        return exchange.mutate().request(new ServerHttpRequestDecorator(exchange.getRequest()) {
            @Override
            public HttpHeaders getHeaders() {
                return headers;
            }

            @Override
            public Flux<DataBuffer> getBody() {
                return body.length == 0
                        ? Flux.empty()
                        : Flux.defer(() -> Flux.just(exchange.getResponse().bufferFactory().wrap(body)));
            }
        }).build();
    }
}
