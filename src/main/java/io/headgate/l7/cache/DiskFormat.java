package io.headgate.l7.cache;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.util.AsciiString;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * A stored answer as it lies in a file: a frame, what says what it is, and its body. The first byte alone is
 * ever written again, when the answer is no longer good. Each of the two parts has a checksum (CRC-32C), the
 * frame's own is that of the first part. Whatever does not match is never used.
 */
final class DiskFormat {

    /** State, mark, length of the first part, length of the body, checksum of the body, checksum. */
    static final int FRAME = 20;
    static final byte DEAD = 0;
    private static final byte LIVE = 1;
    /** Of the format: a later one has another. */
    private static final int MARK = 0x484701;
    private static final int SUM = 16;
    /** No head of an answer comes near it. */
    private static final int LARGEST = 1 << 20;

    private DiskFormat() {
    }

    /**
     * The frame.
     *
     * @param meta bytes of the first part
     * @param body bytes of the body
     */
    record Frame(boolean live, int meta, int body, int bodySum, int sum) {

        long length() {
            return (long) FRAME + meta + body;
        }
    }

    /**
     * What is written.
     *
     * @param head the frame and the first part
     */
    record Encoded(ByteBuffer head, List<ByteBuffer> body, int meta, int bodyLength) {

        long length() {
            return (long) head.remaining() + bodyLength;
        }
    }

    /**
     * The first part.
     *
     * @param received when the answer came, in milliseconds of the wall clock
     */
    record Meta(CacheKey key, HttpResponseStatus status, HttpHeaders fields, long received, long lifetime,
            long initialAge, Terms terms, Vary vary, Set<String> tags) {

        /**
         * The answer with its body.
         *
         * @param arrived when it came, in nanoseconds of the ticker
         */
        StoredAnswer answer(Body body, long arrived) {
            return new StoredAnswer(status, fields, body, new Freshness(lifetime, initialAge, arrived), terms,
                    vary, tags);
        }
    }

    static Encoded encode(CacheKey key, StoredAnswer answer, long received) {
        ByteBuf out = Unpooled.buffer(1024);
        out.writeZero(FRAME);
        text(key.url(), out);
        text(key.rest(), out);
        out.writeInt(answer.status().code());
        text(answer.status().reasonPhrase(), out);
        fields(answer.fields(), out);
        out.writeLong(received);
        out.writeLong(answer.freshness().lifetime());
        out.writeLong(answer.freshness().initialAge());
        Terms terms = answer.terms();
        out.writeLong(terms.lifetime());
        out.writeBoolean(terms.noCache());
        out.writeBoolean(terms.mustRevalidate());
        out.writeLong(terms.staleWhileRevalidate());
        out.writeLong(terms.staleIfError());
        texts(answer.vary().names(), out);
        texts(answer.vary().values(), out);
        texts(List.copyOf(answer.tags()), out);

        int meta = out.readableBytes() - FRAME;
        int length = Math.toIntExact(answer.body().length());
        CRC32C ofBody = new CRC32C();
        answer.body().all().forEach(ofBody::update);
        out.setInt(0, LIVE << 24 | MARK);
        out.setInt(4, meta);
        out.setInt(8, length);
        out.setInt(12, (int) ofBody.getValue());
        out.setInt(SUM, sum(out.array(), out.arrayOffset(), meta));
        return new Encoded(out.nioBuffer(), answer.body().all(), meta, length);
    }

    /** Of the frame but for its first byte, and of the first part. */
    private static int sum(byte[] bytes, int from, int meta) {
        CRC32C sum = new CRC32C();
        sum.update(bytes, from + 1, SUM - 1);
        sum.update(bytes, from + FRAME, meta);
        return (int) sum.getValue();
    }

    /** Null if there is none at the beginning of these bytes. */
    static @Nullable Frame frame(byte[] bytes) {
        ByteBuf in = Unpooled.wrappedBuffer(bytes);
        if (bytes.length < FRAME || in.getUnsignedMedium(1) != MARK) {
            return null;
        }
        Frame frame = new Frame(in.getByte(0) == LIVE, in.getInt(4), in.getInt(8), in.getInt(12),
                in.getInt(SUM));
        return frame.meta <= 0 || frame.meta > LARGEST || frame.body < 0 ? null : frame;
    }

    /** Null if the checksum does not match. The bytes begin with the frame. */
    static @Nullable Meta meta(Frame frame, byte[] bytes) {
        if (bytes.length < FRAME + frame.meta || sum(bytes, 0, frame.meta) != frame.sum) {
            return null;
        }
        ByteBuf in = Unpooled.wrappedBuffer(bytes, FRAME, frame.meta);
        CacheKey key = new CacheKey(text(in), text(in));
        HttpResponseStatus status = HttpResponseStatus.valueOf(in.readInt(), text(in));
        HttpHeaders fields = fields(in);
        long received = in.readLong();
        long lifetime = in.readLong();
        long initialAge = in.readLong();
        Terms terms = new Terms(in.readLong(), in.readBoolean(), in.readBoolean(), in.readLong(),
                in.readLong());
        List<String> names = texts(in);
        List<String> values = texts(in);
        Vary vary = names.isEmpty() ? Vary.NONE : new Vary(names, values);
        return new Meta(key, status, fields, received, lifetime, initialAge, terms, vary,
                Set.copyOf(texts(in)));
    }

    static boolean isWhole(Frame frame, List<byte[]> body) {
        CRC32C sum = new CRC32C();
        body.forEach(sum::update);
        return (int) sum.getValue() == frame.bodySum;
    }

    private static void text(String text, ByteBuf out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.writeBytes(bytes);
    }

    private static String text(ByteBuf in) {
        return in.readString(in.readInt(), StandardCharsets.UTF_8);
    }

    private static void fields(HttpHeaders fields, ByteBuf out) {
        out.writeInt(fields.size());
        fields.iteratorCharSequence().forEachRemaining(field -> {
            text(field.getKey().toString(), out);
            text(field.getValue().toString(), out);
        });
    }

    private static HttpHeaders fields(ByteBuf in) {
        HttpHeaders fields = StoredAnswer.unchecked();
        for (int i = in.readInt(); i > 0; i--) {
            fields.add(AsciiString.of(text(in)), AsciiString.of(text(in)));
        }
        return fields;
    }

    private static void texts(List<String> texts, ByteBuf out) {
        out.writeInt(texts.size());
        texts.forEach(text -> text(text, out));
    }

    private static List<String> texts(ByteBuf in) {
        int count = in.readInt();
        List<String> texts = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            texts.add(text(in));
        }
        return List.copyOf(texts);
    }
}
