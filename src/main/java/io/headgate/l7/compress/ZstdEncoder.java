package io.headgate.l7.compress;

import com.github.luben.zstd.EndDirective;
import com.github.luben.zstd.ZstdCompressCtx;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import java.nio.ByteBuffer;

/** RFC 8878, by the library of those who wrote it. */
final class ZstdEncoder implements Encoder {

    /** Bytes that it takes with a window of 128 KB, which bounds the tables of all levels up to 9. */
    static final int MEMORY = 2304 * 1024;

    private static final int WINDOW_BITS = 17;
    private static final int LEAST_ROOM = 512;

    private final ZstdCompressCtx encoder;

    ZstdEncoder(int level) {
        encoder = new ZstdCompressCtx();
        encoder.setLevel(level);
        encoder.setWindowLog(WINDOW_BITS);
    }

    @Override
    public void add(ByteBuf part, ByteBuf to) {
        if (part.isDirect()) {
            for (ByteBuffer bytes : part.nioBuffers()) {
                encode(bytes, to);
            }
            part.skipBytes(part.readableBytes());
            return;
        }
        ByteBuf direct = ByteBufAllocator.DEFAULT.directBuffer(part.readableBytes());
        try {
            direct.writeBytes(part);
            encode(direct.nioBuffer(), to);
        } finally {
            direct.release();
        }
    }

    private void encode(ByteBuffer bytes, ByteBuf to) {
        while (bytes.hasRemaining()) {
            encode(bytes, to, EndDirective.CONTINUE);
        }
    }

    /** Returns whether all that is asked for has come out. */
    private boolean encode(ByteBuffer bytes, ByteBuf to, EndDirective how) {
        to.ensureWritable(LEAST_ROOM);
        ByteBuffer room = to.nioBuffer(to.writerIndex(), to.writableBytes());
        int before = room.position();
        boolean done = encoder.compressDirectByteBufferStream(room, bytes, how);
        to.writerIndex(to.writerIndex() + room.position() - before);
        return done;
    }

    @Override
    public void flush(ByteBuf to) {
        end(to, EndDirective.FLUSH);
    }

    @Override
    public void finish(ByteBuf to) {
        end(to, EndDirective.END);
    }

    private void end(ByteBuf to, EndDirective how) {
        ByteBuffer nothing = Unpooled.EMPTY_BUFFER.nioBuffer();
        boolean done = false;
        while (!done) {
            done = encode(nothing, to, how);
        }
    }

    @Override
    public void close() {
        encoder.close();
    }
}
