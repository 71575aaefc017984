package io.headgate.l7.gateway.compile;

import io.headgate.l7.route.Answer;
import io.headgate.l7.route.BodyLimit;
import io.headgate.l7.route.RequestDraft;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.factory.RequestHeaderSizeGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RequestSizeGatewayFilterFactory.RequestSizeConfig;

/** Filters that refuse a request that is too large. Their answers say why in a header. */
final class SizeFilters {

    private static final String HEADER = "errorMessage";
    /** Upper bound of UTF-8 bytes for one char. */
    private static final int MOST_BYTES = 3;

    private SizeFilters() {
    }

    /** By Content-Length, and without one by the bytes that come. */
    static Edits body(RequestSizeConfig config) {
        long max = config.getMaxSize().toBytes();
        return Edits.answering(more -> {
            BodyLimit limit = new BodyLimit(max, bodyTooLarge("more", max).with(more));
            return draft -> {
                draft.limitBody(limit);
                String length = draft.headers().get(HttpHeaderNames.CONTENT_LENGTH);
                if (length != null && !length.isEmpty() && Long.parseLong(length) > max) {
                    draft.answer(bodyTooLarge(readable(Long.parseLong(length)), max).with(more));
                }
            };
        });
    }

    private static Answer bodyTooLarge(String size, long max) {
        return new Answer(413,
                List.of(HEADER, "Request size is larger than permissible limit. Request size is "
                        + size + " where permissible limit is " + readable(max)));
    }

    private static String readable(long bytes) {
        if (bytes < 1000) {
            return bytes + " B";
        }
        double size = bytes;
        int unit = -1;
        for (; size >= 1000; size /= 1000) {
            unit++;
        }
        return String.format(Locale.ROOT, "%.1f %cB", size, "kMGTPE".charAt(unit));
    }

    /** By the bytes of a header's name and all its values. */
    static Edits header(RequestHeaderSizeGatewayFilterFactory.Config config) {
        long max = config.getMaxSize().toBytes();
        String header = config.getErrorHeaderName() != null ? config.getErrorHeaderName() : HEADER;
        new DefaultHttpHeaders().add(header, ""); // refuses a name that could not be sent
        return Edits.answering(more -> draft -> {
            Map<String, Long> large = tooLarge(draft, max);
            if (large != null) {
                StringBuilder message = new StringBuilder(
                        "Request Header/s size is larger than permissible limit (" + max + "B).");
                large.forEach((name, size) -> message.append(" Request Header/s size for '").append(name)
                        .append("' is ").append(size).append("B."));
                draft.answer(new Answer(431, List.of(header, message.toString())).with(more));
            }
        });
    }

    /** Headers that are too large, with their sizes; null for none. */
    private static @Nullable Map<String, Long> tooLarge(RequestDraft draft, long max) {
        HttpHeaders headers = draft.headers();
        long all = 0;
        for (var each = headers.iteratorCharSequence(); each.hasNext();) {
            var entry = each.next();
            all += entry.getKey().length() + entry.getValue().length();
        }
        if (MOST_BYTES * all <= max) {
            return null; // then no header is too large
        }
        Map<String, Long> large = new HashMap<>();
        for (String name : headers.names()) {
            long size = ByteBufUtil.utf8Bytes(name);
            for (String value : headers.getAll(name)) {
                size += ByteBufUtil.utf8Bytes(value);
            }
            if (size > max) {
                large.put(name, size);
            }
        }
        return large.isEmpty() ? null : large;
    }
}
