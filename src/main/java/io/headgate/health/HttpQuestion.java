package io.headgate.health;

import io.netty.handler.codec.http.DefaultHttpHeadersFactory;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** The request of a pool's HTTP checks as bytes, but for the member's address in its Host header. */
final class HttpQuestion {

    /** Stands for the address; no header can contain it. */
    private static final String ADDRESS = "\0";

    private final byte[] before;
    private final byte[] after;
    private final boolean addressed;

    /**
     * @param host what the Host header says; null for the member's address
     */
    HttpQuestion(CheckSpec.Http spec, @Nullable String host) {
        HttpHeaders headers = DefaultHttpHeadersFactory.headersFactory().withValidation(false)
                .newHeaders().set(HttpHeaderNames.HOST,
                        host == null ? ADDRESS : host)
                .set(HttpHeaderNames.USER_AGENT, CheckTexts.USER_AGENT)
                .set(HttpHeaderNames.ACCEPT, "*/*")
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE);
        spec.headers().forEach(header -> headers.remove(header.name()));
        spec.headers().forEach(header -> headers.add(header.name(), header.value()));
        StringBuilder text = new StringBuilder(spec.method()).append(' ').append(spec.path())
                .append(" HTTP/1.1\r\n");
        headers.forEach(header -> text.append(header.getKey()).append(": ").append(header.getValue())
                .append("\r\n"));
        String[] parts = text.append("\r\n").toString().split(ADDRESS, 2);
        this.before = parts[0].getBytes(StandardCharsets.UTF_8);
        this.addressed = parts.length > 1;
        this.after = addressed ? parts[1].getBytes(StandardCharsets.UTF_8) : new byte[0];
    }

    /** The request to a member. */
    byte[] to(CheckedMember target) {
        if (!addressed) {
            return before;
        }
        byte[] address = target.authority().getBytes(StandardCharsets.UTF_8);
        byte[] all = Arrays.copyOf(before, before.length + address.length + after.length);
        System.arraycopy(address, 0, all, before.length, address.length);
        System.arraycopy(after, 0, all, before.length + address.length, after.length);
        return all;
    }
}
