package io.headgate.l7.admit;

import io.headgate.l7.HeaderNames;
import io.headgate.l7.SideRequests;
import io.headgate.l7.SideRequests.SideAnswer;
import io.headgate.pool.Reason;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Another service says whether a request may come in. It is asked with the client's headers and gets no body:
 * 2xx lets the request in, 3xx and 4xx are the client's answer, and anything else is a failure.
 */
public final class ForwardAuth implements Rule {

    private static final String METHOD = "X-Forwarded-Method";
    private static final String URI = "X-Forwarded-Uri";
    private static final String ORIGINAL_METHOD = "X-Original-Method";
    private static final String ORIGINAL_URI = "X-Original-URI";

    /**
     * What frames the request, makes it conditional or asks for a part, or is written anew; and by what other
     * names services look for what the client wants: a client must not be able to say that itself.
     */
    private static final HeaderNames ABOUT_THE_REQUEST = HeaderNames.of(List.of("Content-Length",
            "Transfer-Encoding", "Content-Type", "Content-Encoding", "Expect", "Range", "If-Range",
            "If-Match", "If-None-Match", "If-Modified-Since", "If-Unmodified-Since", "Upgrade", "Connection",
            "HTTP2-Settings", METHOD, URI, ORIGINAL_METHOD, ORIGINAL_URI, "X-Original-URL", "X-Original-Host",
            "X-Rewrite-URL", "X-Override-URL"));

    /** What clients send for reasons of their own, so that it is taken from them on this route alone. */
    private static final HeaderNames CLIENTS_OWN = HeaderNames.of(List.of("Authorization", "Cookie"));

    private final Supplier<? extends SideRequests> requests;
    private final Terms terms;
    private final @Nullable HeaderNames asked;
    private final List<String> identity;
    private final List<String> removed;
    private final Verdict failed;

    /**
     * How the service is asked.
     *
     * @param pool the service
     * @param path of the request to it, with a query perhaps
     * @param limit how long it may take
     * @param open whether requests come in while it gives no answer
     * @param requestHeaders those of the client that it gets; empty for all
     * @param responseHeaders those of its answer that the member gets
     * @param userHeader the one of these that says who it is; null for none
     */
    public record Terms(String pool, String path, Duration limit, boolean open, List<String> requestHeaders,
            List<String> responseHeaders, @Nullable String userHeader) {

        public Terms {
            requestHeaders = List.copyOf(requestHeaders);
            responseHeaders = List.copyOf(responseHeaders);
        }
    }

    /** The rule. */
    public ForwardAuth(Supplier<? extends SideRequests> requests, Terms terms) {
        this.requests = requests;
        this.terms = terms;
        this.asked = terms.requestHeaders().isEmpty() ? null : HeaderNames.of(terms.requestHeaders());
        this.identity = terms.responseHeaders().stream().filter(name -> !CLIENTS_OWN.contains(name)).toList();
        this.removed = terms.responseHeaders().stream().filter(CLIENTS_OWN::contains).toList();
        this.failed = terms.open()
                ? new Verdict.Admitted(null, List.of(), removed, true)
                : Verdict.Refused.because(Reason.CREDENTIALS_UNCHECKED, "Retry-After", "1");
    }

    @Override
    public List<String> identityHeaders() {
        return identity;
    }

    @Override
    public Verdict check(Knock request) {
        Channel client = request.connection();
        if (client == null) {
            return failed;
        }
        CompletableFuture<SideAnswer> answer = requests.get().ask(client, terms.pool(), question(request));
        return new Verdict.Pending(answer.thenApply(this::verdict), terms.limit(), failed,
                () -> answer.cancel(false));
    }

    private HttpRequest question(Knock request) {
        HttpRequest question = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, terms.path());
        HttpHeaders headers = question.headers();
        HeaderNames hops = HeaderNames.of(request.header("Connection").stream()
                .flatMap(line -> List.of(line.split(",", -1)).stream()).map(String::strip).toList());
        request.eachHeader((name, value) -> {
            boolean host = HttpHeaderNames.HOST.contentEqualsIgnoreCase(name);
            if (host || (!ABOUT_THE_REQUEST.contains(name) && !hops.contains(name)
                    && (asked == null || asked.contains(name)))) {
                headers.add(name, value);
            }
        });
        if (!headers.contains(HttpHeaderNames.HOST)) {
            headers.set(HttpHeaderNames.HOST, "");
        }
        headers.set(METHOD, request.method());
        headers.set(URI, request.target());
        headers.set(ORIGINAL_METHOD, request.method());
        headers.set(ORIGINAL_URI, request.target());
        return question;
    }

    private Verdict verdict(SideAnswer answer) {
        int status = answer.status();
        if (status >= 200 && status < 300) {
            return admitted(answer.headers());
        }
        if (status < 300 || status >= 500) {
            return failed;
        }
        List<String> headers = new ArrayList<>();
        answer.headers().forEach(header -> {
            if (!HttpHeaderNames.CONTENT_LENGTH.contentEqualsIgnoreCase(header.getKey())
                    && !HttpHeaderNames.TRANSFER_ENCODING.contentEqualsIgnoreCase(header.getKey())) {
                headers.add(header.getKey());
                headers.add(header.getValue());
            }
        });
        boolean unknown = status == 401 || status < 400;
        return new Verdict.Refused(status, headers, answer.body(),
                unknown ? Reason.UNAUTHENTICATED : Reason.FILTER_REFUSED);
    }

    private Verdict admitted(HttpHeaders answer) {
        List<String> headers = new ArrayList<>();
        for (String name : terms.responseHeaders()) {
            List<String> values = answer.getAll(name);
            if (!values.isEmpty()) {
                headers.add(name);
                headers.add(String.join(", ", values));
            }
        }
        String user = terms.userHeader() == null ? null : answer.get(terms.userHeader());
        return new Verdict.Admitted(user, headers, removed, true);
    }
}
