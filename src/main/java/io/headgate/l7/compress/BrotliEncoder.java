package io.headgate.l7.compress;

import com.aayushatharva.brotli4j.encoder.Encoder.Mode;
import com.aayushatharva.brotli4j.encoder.EncoderJNI;
import com.aayushatharva.brotli4j.encoder.EncoderJNI.Operation;
import io.netty.buffer.ByteBuf;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;

/** RFC 7932, by the library of those who wrote it. */
final class BrotliEncoder implements Encoder {

    /** Bytes that it takes with a window of 256 KB, for any quality that is used here. */
    static final int MEMORY = 2560 * 1024;

    private static final int WINDOW_BITS = 18;
    private static final int ROOM = 16 * 1024;

    private final EncoderJNI.Wrapper encoder;

    BrotliEncoder(int level) {
        try {
            encoder = new EncoderJNI.Wrapper(ROOM, quality(level), WINDOW_BITS, Mode.GENERIC);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The quality that takes about as long as this level of gzip; from 7 on, time and memory soar. */
    private static int quality(int level) {
        return level <= 3 ? level : level <= 5 ? 4 : level <= 8 ? 5 : 6;
    }

    @Override
    public void add(ByteBuf part, ByteBuf to) {
        while (part.isReadable()) {
            ByteBuffer room = encoder.getInputBuffer().clear();
            room.limit(Math.min(room.capacity(), part.readableBytes()));
            int length = room.remaining();
            part.readBytes(room);
            push(Operation.PROCESS, length, to);
        }
    }

    private void push(Operation operation, int length, ByteBuf to) {
        encoder.push(operation, length);
        while (encoder.isSuccess()) {
            if (encoder.hasMoreOutput()) {
                to.writeBytes(encoder.pull());
            } else if (encoder.hasRemainingInput()) {
                encoder.push(operation, 0);
            } else {
                return;
            }
        }
        throw new IllegalStateException("brotli: the encoder has failed");
    }

    @Override
    public void flush(ByteBuf to) {
        push(Operation.FLUSH, 0, to);
    }

    @Override
    public void finish(ByteBuf to) {
        push(Operation.FINISH, 0, to);
    }

    @Override
    public void close() {
        encoder.destroy();
    }
}
