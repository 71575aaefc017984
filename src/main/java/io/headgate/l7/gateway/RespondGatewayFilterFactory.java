package io.headgate.l7.gateway;

import io.headgate.l7.HeaderNames;
import io.headgate.l7.admit.WatchedFiles;
import io.headgate.l7.route.Answer;
import io.headgate.l7.route.RequestEdit;
import io.headgate.pool.Reason;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpMethod;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.server.reactive.ServerHttpResponse;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** {@code Respond=503, Back at noon}: an answer that no member is asked for. */
public final class RespondGatewayFilterFactory
        extends
            AbstractGatewayFilterFactory<RespondGatewayFilterFactory.Config> {

    private static final int LARGEST = 1024 * 1024;
    private static final HeaderNames NEVER = HeaderNames
            .of(List.of("Content-Length", "Transfer-Encoding", "Connection", "Trailer", "Upgrade"));
    private static final Map<String, String> TYPES = Map.of("html", "text/html; charset=UTF-8", "json",
            "application/json", "xml", "application/xml", "css", "text/css; charset=UTF-8", "svg",
            "image/svg+xml");
    private static final String TEXT = "text/plain; charset=UTF-8";

    private final WatchedFiles files;

    /** @param files bodies come from them */
    public RespondGatewayFilterFactory(WatchedFiles files) {
        super(Config.class);
        this.files = files;
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("status", "body");
    }

    @Override
    public GatewayFilter apply(Config config) {
        return new RespondFilter(answer(config));
    }

    /**
     * What the fast lane does in the place of the filter.
     *
     * @param filter that {@link #apply} has made
     * @param always the headers of its answers
     */
    public static RequestEdit edit(GatewayFilter filter, List<String> always) {
        Supplier<Answer> answer = ((RespondFilter) filter).answer();
        return draft -> draft.answer(answer.get().with(always));
    }

    private Supplier<Answer> answer(Config config) {
        int status = config.getStatus();
        if (status < 200 || status > 599) {
            throw new IllegalArgumentException("status: " + status + " (expected: 200 to 599)");
        }
        String file = config.getFile();
        String body = config.getBody();
        if (file != null && body != null) {
            throw new IllegalArgumentException("file: " + file + " (expected: either a body or a file)");
        }
        List<String> headers = new ArrayList<>();
        config.getHeaders().forEach(text -> addHeader(text, headers));
        if (file != null || body != null) {
            String given = config.getContentType();
            headers.add("Content-Type");
            headers.add(given != null ? given : file != null ? type(file) : TEXT);
        }
        if (file != null) {
            return files.whole(file, LARGEST, bytes -> new Answer(status, headers, bytes));
        }
        Answer fixed = new Answer(status, headers,
                (body == null ? "" : body).getBytes(StandardCharsets.UTF_8));
        return () -> fixed;
    }

    private static String type(String file) {
        return TYPES.getOrDefault(file.substring(file.lastIndexOf('.') + 1), TEXT);
    }

    private static void addHeader(String text, List<String> to) {
        int equals = text.indexOf('=');
        String name = equals < 0 ? "" : text.substring(0, equals).strip();
        String value = text.substring(equals + 1).strip();
        if (!name.matches("[A-Za-z0-9-]+") || NEVER.contains(name)
                || value.chars().anyMatch(c -> c < ' ' || c >= 127)) {
            throw new IllegalArgumentException(
                    "headers: " + text + " (expected: NAME=VALUE; Headgate frames the answer itself)");
        }
        to.add(name);
        to.add(value);
    }

    /** The same on the slow lane. */
    private record RespondFilter(Supplier<Answer> answer) implements GatewayFilter {

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
            Answer mine = answer.get();
            if (mine.status() >= 400) {
                RequestNotes.refused(exchange, Reason.FILTER_REFUSED);
            }
            ServerHttpResponse response = exchange.getResponse();
            response.setStatusCode(HttpStatusCode.valueOf(mine.status()));
            HttpHeaders headers = response.getHeaders();
            for (int i = 0; i + 1 < mine.headers().size(); i += 2) {
                headers.add(mine.headers().get(i), mine.headers().get(i + 1));
            }
            if (mine.status() >= 400 && GrpcRefusal.concerns(exchange.getRequest())) {
                return GrpcRefusal.answer(response, Reason.FILTER_REFUSED, mine.status());
            }
            if (mine.status() == 204 || mine.status() == 304) {
                return response.setComplete();
            }
            headers.setContentLength(mine.body().length);
            return mine.body().length == 0 || HttpMethod.HEAD.equals(exchange.getRequest().getMethod())
                    ? response.setComplete()
                    : response.writeWith(Mono.just(response.bufferFactory().wrap(mine.body())));
        }

        @Override
        public String toString() {
            return "[Respond " + answer.get().status() + "]";
        }
    }

    /** The arguments of the filter. */
    public static final class Config {

        private int status = 200;
        private @Nullable String body;
        private @Nullable String file;
        private @Nullable String contentType;
        private List<String> headers = List.of();

        public int getStatus() {
            return status;
        }

        public void setStatus(int code) {
            status = code;
        }

        public @Nullable String getBody() {
            return body;
        }

        public void setBody(String text) {
            body = text;
        }

        public @Nullable String getFile() {
            return file;
        }

        /** Is read again when it changes. */
        public void setFile(String name) {
            file = name;
        }

        public @Nullable String getContentType() {
            return contentType;
        }

        public void setContentType(String type) {
            if (!type.matches("[!-~][ -~]*")) {
                throw new IllegalArgumentException(
                        "contentType: " + type + " (expected: a media type, such as text/html)");
            }
            contentType = type;
        }

        public List<String> getHeaders() {
            return headers;
        }

        /** Each NAME=VALUE. */
        public void setHeaders(List<String> all) {
            headers = List.copyOf(all);
        }
    }
}
