package io.headgate.admin.dashboard;

import io.netty.channel.Channel;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.buffer.DataBuffer;
import org.springframework.http.MediaType;
import org.springframework.http.server.reactive.ServerHttpRequestDecorator;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;
import reactor.netty.channel.ChannelOperations;
import tools.jackson.databind.json.JsonMapper;

/** Sends a page what changes, once a second, as server-sent events. */
@Controller
final class LiveController {

    private final Board board;
    private final JsonMapper json = new JsonMapper();

    LiveController(Board board) {
        this.board = board;
    }

    /**
     * Goes on until the page is closed.
     *
     * @param names the pools whose members are shown
     * @param since the version that the page has
     */
    @GetMapping("/dashboard/live")
    Mono<Void> live(@RequestParam(name = "open", required = false) @Nullable List<String> names,
            @RequestParam(defaultValue = "") String since, ServerWebExchange exchange) {
        ServerHttpResponse response = exchange.getResponse();
        response.getHeaders().setContentType(MediaType.TEXT_EVENT_STREAM);
        response.getHeaders().setCacheControl("no-store");
        Channel channel = channel(exchange);
        return response.writeAndFlushWith(board.changes(new Viewer(OpenPools.of(names), since),
                () -> channel == null || channel.isWritable())
                .map(changes -> Mono.just(event(response, changes))));
    }

    private static @Nullable Channel channel(ServerWebExchange exchange) {
        Object request = ServerHttpRequestDecorator.getNativeRequest(exchange.getRequest());
        return request instanceof ChannelOperations<?, ?> operations ? operations.channel() : null;
    }

    private DataBuffer event(ServerHttpResponse response, Map<String, Object> changes) {
        String text = "data: " + json.writeValueAsString(changes) + "\n\n";
        return response.bufferFactory().wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
