package io.headgate.health;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What a check asks of a member. */
public sealed interface CheckSpec {

    /** Nothing: members count as well. */
    record None() implements CheckSpec {}

    /** That it accepts a connection. */
    record Tcp() implements CheckSpec {}

    /**
     * That it answers an HTTP/1.1 request as expected.
     *
     * @param method usually GET or HEAD
     * @param path with its query, from the slash on
     * @param host the Host header, null for the member's address
     * @param headers further headers, in this order
     * @param expectStatus which status codes pass
     * @param body what the body has to contain; null leaves the body unread
     */
    record Http(String method, String path, @Nullable String host, List<Header> headers,
            StatusRanges expectStatus, @Nullable Body body) implements CheckSpec {

        /**
         * @throws IllegalArgumentException on a value that HTTP does not allow
         */
        public Http {
            headers = List.copyOf(headers);
            if (!path.startsWith("/")) {
                throw new IllegalArgumentException(
                        "path: " + path + " (expected: a path that starts with /)");
            }
            try {
                DefaultHttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1,
                        HttpMethod.valueOf(method), path);
                headers.forEach(header -> request.headers().add(header.name(), header.value()));
                request.headers().set("host", host == null ? "" : host);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        "http check: " + e.getMessage() + " (expected: what an HTTP request may hold)", e);
            }
        }

        /** GET on the path, 200 to 299 pass. */
        public static Http get(String path) {
            return new Http("GET", path, null, List.of(), StatusRanges.SUCCESS, null);
        }
    }

    /**
     * That its grpc.health.v1 service says SERVING.
     *
     * @param service which service to ask for, empty for the server as a whole
     */
    record Grpc(String service) implements CheckSpec {}

    /**
     * That it answers a datagram.
     *
     * @param send what it is sent
     * @param expect what the answer has to contain, at any place; null if any answer will do
     */
    record Udp(Octets send, @Nullable Octets expect) implements CheckSpec {}

    /**
     * That a command ends with status 0. It is run without a shell; its environment names the member
     * (HEADGATE_POOL, HEADGATE_MEMBER, HEADGATE_HOST, HEADGATE_PORT) and otherwise has only PATH, HOME, LANG
     * and TZ, so that it gets no secret of Headgate's.
     *
     * @param line the executable and its arguments
     */
    record Command(List<String> line) implements CheckSpec {

        public Command {
            line = List.copyOf(line);
            if (line.isEmpty() || line.getFirst().isBlank()) {
                throw new IllegalArgumentException("command: " + line + " (expected: an executable)");
            }
            if (line.stream().anyMatch(part -> part.indexOf('\0') >= 0)) {
                throw new IllegalArgumentException("command: " + line + " (expected: no NUL character)");
            }
        }
    }

    /** A request header. */
    record Header(String name, String value) {}

    /**
     * What the body has to contain.
     *
     * @param pattern is looked for anywhere in the body, read as UTF-8
     * @param limit how many bytes of the body are read; the rest is neither read nor searched
     */
    record Body(Pattern pattern, int limit) {

        /** Enough for every health page, little enough for many checks at once. */
        public static final int DEFAULT_LIMIT = 64 * 1024;

        public Body {
            if (limit < 1) {
                throw new IllegalArgumentException("body limit: " + limit + " (expected: 1 byte or more)");
            }
        }
    }
}
