package io.headgate.l7.fast;

import io.headgate.l7.Grpc;
import io.headgate.net.HeadLimits;
import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.AsciiString;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Translates heads between the messages of HTTP/1.1, which all of the fast path works on, and HTTP/2. */
final class Http2Messages {

    /** About the connection, which HTTP/2 says otherwise, or said by a pseudo-header (RFC 9113, 8.2.2). */
    private static final Set<AsciiString> NOT_SENT = Set.of(HttpHeaderNames.CONNECTION,
            AsciiString.cached("keep-alive"), AsciiString.cached("proxy-connection"),
            HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderNames.UPGRADE, HttpHeaderNames.TE,
            AsciiString.cached("http2-settings"), HttpHeaderNames.HOST);

    private static final AsciiString HTTP = AsciiString.cached("http");
    private static final AsciiString HTTPS = AsciiString.cached("https");

    private Http2Messages() {
    }

    /** The head of a request for a member. Servers of gRPC ask to be told that trailers pass. */
    static Http2Headers request(HttpRequest request, boolean secure) {
        HttpHeaders from = request.headers();
        Http2Headers to = new DefaultHttp2Headers(false, from.size() + 6);
        to.method(request.method().asciiName()).scheme(secure ? HTTPS : HTTP).path(request.uri());
        String host = from.get(HttpHeaderNames.HOST);
        if (host != null) {
            to.authority(host);
        }
        Iterator<Map.Entry<CharSequence, CharSequence>> each = from.iteratorCharSequence();
        while (each.hasNext()) {
            Map.Entry<CharSequence, CharSequence> header = each.next();
            AsciiString name = AsciiString.of(header.getKey()).toLowerCase();
            if (!NOT_SENT.contains(name)) {
                to.add(name, header.getValue());
            }
        }
        if (Grpc.is(from.get(HttpHeaderNames.CONTENT_TYPE))) {
            to.set(HttpHeaderNames.TE, HttpHeaderValues.TRAILERS);
        }
        return to;
    }

    /**
     * The head of a member's answer.
     *
     * @throws IllegalArgumentException if HTTP/1.1 has no such head, or it is too long
     */
    static HttpResponse response(Http2Headers from) {
        HttpResponseStatus status = HttpResponseStatus.valueOf(status(from.status()));
        HttpHeaders headers = headers(from);
        if (!headers.contains(HttpHeaderNames.CONTENT_LENGTH)) {
            headers.set(HttpHeaderNames.TRANSFER_ENCODING, HttpHeaderValues.CHUNKED); // its end is told
        }
        return new DefaultHttpResponse(HttpVersion.HTTP_1_1, status, headers);
    }

    private static int status(@Nullable CharSequence text) {
        if (text == null || text.length() != 3) {
            throw new IllegalArgumentException(":status: " + text + " (expected: three digits)");
        }
        int status = 0;
        for (int i = 0; i < 3; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new IllegalArgumentException(":status: " + text + " (expected: three digits)");
            }
            status = 10 * status + digit;
        }
        return status;
    }

    /**
     * The end of an answer that has trailers.
     *
     * @throws IllegalArgumentException if HTTP/1.1 has no such trailers, or they are too long
     */
    static LastHttpContent trailers(Http2Headers from) {
        DefaultLastHttpContent last = new DefaultLastHttpContent();
        add(from, last.trailingHeaders());
        return last;
    }

    private static HttpHeaders headers(Http2Headers from) {
        HttpHeaders to = DefaultHttpHeadersFactory.headersFactory().newHeaders();
        add(from, to);
        return to;
    }

    private static void add(Http2Headers from, HttpHeaders to) {
        long size = 0;
        for (Map.Entry<CharSequence, CharSequence> header : from) {
            size += header.getKey().length() + header.getValue().length();
            if (size > HeadLimits.HEADERS) {
                throw new IllegalArgumentException("more than " + HeadLimits.HEADERS + " bytes of headers");
            }
            if (!Http2Headers.PseudoHeaderName.hasPseudoHeaderFormat(header.getKey())) {
                to.add(header.getKey(), header.getValue());
            }
        }
    }
}
