package io.headgate.l7.compress;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What makes the answers of a route compressed ones.
 *
 * @param rules which of them, and how
 */
public record Compression(CompressionRules rules) {

    /** Begins to load what its encoders need: until that is there, answers are compressed by others. */
    public Compression {
        rules.codings().forEach(ContentCoding::prepare);
    }

    /**
     * For the answer to one request, before any filter has changed that.
     *
     * @param isHead whether only the head of the answer is sent
     * @param chunks whether the client can read a body whose length is not announced
     */
    public Compressing begin(HttpHeaders request, boolean isHead, boolean chunks) {
        return new Compressing(rules, EncoderMemory.PROCESS, joined(request, HttpHeaderNames.ACCEPT_ENCODING),
                request.get(HttpHeaderNames.USER_AGENT), joined(request, HttpHeaderNames.IF_NONE_MATCH),
                isHead, chunks);
    }

    private static @Nullable String joined(HttpHeaders request, CharSequence name) {
        List<String> lines = request.getAll(name);
        return lines.isEmpty() ? null : lines.size() == 1 ? lines.getFirst() : String.join(",", lines);
    }
}
