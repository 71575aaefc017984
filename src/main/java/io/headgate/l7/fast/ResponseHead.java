package io.headgate.l7.fast;

import io.headgate.l7.route.BodyChange;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.ResponseDraft;
import io.headgate.l7.route.ResponseEdit;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Turns the head of a member's answer into the one that the client gets. */
final class ResponseHead {

    /** How the client sees where the body ends. */
    enum Framing {
        NO_BODY,
        LENGTH,
        CHUNKED,
        CLOSE
    }

    private static final AsciiString KEEP_ALIVE = AsciiString.cached("keep-alive");
    private static final String TIMEOUT = "timeout=";

    private ResponseHead() {
    }

    /** Whether every HTTP parser must read this head in the same way (request smuggling). */
    static boolean isUnderstood(HttpResponse head) {
        int status = head.status().code();
        String coding = head.headers().get(HttpHeaderNames.TRANSFER_ENCODING);
        return status >= 100 && status <= 999 && isText(head.status().reasonPhrase())
                && head.protocolVersion().majorVersion() == 1
                && (coding == null || (HttpHeaderValues.CHUNKED.contentEqualsIgnoreCase(coding)
                        && head.headers().getAll(HttpHeaderNames.TRANSFER_ENCODING).size() == 1));
    }

    private static boolean isText(String phrase) {
        for (int i = 0; i < phrase.length(); i++) {
            char c = phrase.charAt(i);
            if ((c < ' ' && c != '\t') || c == 0x7f) {
                return false;
            }
        }
        return true;
    }

    /** Whether it can be read, and is not informational. */
    static boolean isFinal(HttpResponse head) {
        return head.decoderResult().isSuccess() && head.status().codeClass() != HttpStatusClass.INFORMATIONAL
                && isUnderstood(head);
    }

    /** Whether the member's connection can serve again after this answer. */
    static boolean keepsMember(HttpResponse head, boolean bodiless) {
        HttpHeaders headers = head.headers();
        String connection = headers.get(HttpHeaderNames.CONNECTION);
        boolean closes = connection != null
                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE, true);
        boolean open = !closes && (head.protocolVersion().isKeepAliveDefault() || (connection != null
                && headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE, true)));
        return open && (bodiless || headers.contains(HttpHeaderNames.CONTENT_LENGTH)
                || headers.contains(HttpHeaderNames.TRANSFER_ENCODING));
    }

    /**
     * Nanoseconds for which the member says that it keeps an idle connection; the largest number for no word
     * of it.
     */
    static long keptFor(HttpHeaders headers) {
        String said = headers.get(KEEP_ALIVE);
        if (said == null) {
            return Long.MAX_VALUE;
        }
        for (int i = 0; i + TIMEOUT.length() < said.length(); i++) {
            if (said.regionMatches(true, i, TIMEOUT, 0, TIMEOUT.length())) {
                return TimeUnit.SECONDS.toNanos(number(said, i + TIMEOUT.length()));
            }
        }
        return Long.MAX_VALUE;
    }

    private static long number(String text, int from) {
        long number = 0;
        for (int i = from; i < text.length() && i < from + 9 && text.charAt(i) >= '0'
                && text.charAt(i) <= '9'; i++) {
            number = 10 * number + text.charAt(i) - '0';
        }
        return number;
    }

    static boolean hasNoBody(int status) {
        return status == 204 || status == 304;
    }

    /**
     * Whether the first of the route's changes can be made: an answer for which they fail is a failure, not
     * an answer.
     */
    static boolean canEdit(HttpResponse head, int first, RequestContext context) {
        if (first == 0) {
            return true;
        }
        try {
            HttpHeaders copy = DefaultHttpHeadersFactory.headersFactory().newHeaders(); // copy() checks
                                                                                        // nothing
            copy.add(head.headers());
            edit(new DefaultHttpResponse(head.protocolVersion(), head.status(), copy),
                    context.route().responseEdits().subList(0, first), context.draft());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    /** Makes the route's changes. Returns what changes the body, null for nothing. */
    static @Nullable BodyChange edit(HttpResponse head, FastRoute route, RequestDraft request) {
        return edit(head, route.responseEdits(), request);
    }

    /** Makes those of the route's changes that come after the first ones. */
    static void edit(HttpResponse head, int after, RequestContext context) {
        List<ResponseEdit> edits = context.route().responseEdits();
        edit(head, edits.subList(after, edits.size()), context.draft());
    }

    private static @Nullable BodyChange edit(HttpResponse head, List<ResponseEdit> edits,
            RequestDraft request) {
        if (edits.isEmpty()) {
            return null;
        }
        ResponseDraft draft = new ResponseDraft(request, head.status().code(), head.headers());
        for (int i = 0; i < edits.size(); i++) {
            edits.get(i).apply(draft);
        }
        if (draft.status() != head.status().code()) {
            head.setStatus(HttpResponseStatus.valueOf(draft.status()));
        }
        return draft.bodyChange();
    }

    /**
     * Frames the answer for this client, whatever came from the member and whatever the edits made of it.
     *
     * @param length the Content-Length that came
     * @param bodiless whether no body follows the member's head
     */
    static Framing frame(HttpResponse head, RequestHead request, @Nullable String length, boolean bodiless) {
        HttpHeaders headers = head.headers();
        head.setProtocolVersion(HttpVersion.HTTP_1_1);
        int status = head.status().code();
        boolean reset = status == 205; // has no content either (RFC 9110, 15.3.6)
        if (bodiless || hasNoBody(status) || reset) {
            headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
            if (length != null && request.isHead() && !hasNoBody(status) && !reset) {
                set(headers, HttpHeaderNames.CONTENT_LENGTH, length);
            } else {
                headers.remove(HttpHeaderNames.CONTENT_LENGTH);
                if (bodiless && !hasNoBody(status) && !request.isHead()) {
                    headers.set(HttpHeaderNames.CONTENT_LENGTH, HttpHeaderValues.ZERO);
                }
            }
            return Framing.NO_BODY;
        }
        if (length != null) {
            set(headers, HttpHeaderNames.CONTENT_LENGTH, length);
            headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
            return Framing.LENGTH;
        }
        headers.remove(HttpHeaderNames.CONTENT_LENGTH);
        if (request.http11()) {
            set(headers, HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED.toString());
            return Framing.CHUNKED;
        }
        headers.remove(HttpHeaderNames.TRANSFER_ENCODING);
        return Framing.CLOSE;
    }

    /** Leaves a header unchanged that says so already. */
    private static void set(HttpHeaders headers, AsciiString name, String value) {
        List<String> said = headers.getAll(name);
        if (said.size() != 1 || !said.getFirst().equals(value)) {
            headers.set(name, value);
        }
    }
}
