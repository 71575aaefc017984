package io.headgate.l7.compress;

import io.netty.buffer.ByteBuf;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** RFC 1952. */
final class GzipEncoder implements Encoder {

    /** Bytes that zlib takes for a window of 32 KB. */
    static final int MEMORY = 272 * 1024;

    private static final int LEAST_ROOM = 512;
    /** No name, no time, and an unknown system. */
    private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

    private final Deflater deflater;
    private final CRC32 crc = new CRC32();
    private boolean begun;

    GzipEncoder(int level) {
        deflater = new Deflater(level, true);
    }

    @Override
    public void add(ByteBuf part, ByteBuf to) {
        begin(to);
        for (ByteBuffer bytes : part.nioBuffers()) {
            crc.update(bytes.duplicate());
            deflater.setInput(bytes);
            while (!deflater.needsInput()) {
                deflate(to, Deflater.NO_FLUSH);
            }
        }
        part.skipBytes(part.readableBytes());
    }

    private void begin(ByteBuf to) {
        if (!begun) {
            begun = true;
            to.writeBytes(HEADER);
        }
    }

    /** Returns whether there was more room than was needed. */
    private boolean deflate(ByteBuf to, int flush) {
        to.ensureWritable(LEAST_ROOM);
        ByteBuffer room = to.nioBuffer(to.writerIndex(), to.writableBytes());
        int written = deflater.deflate(room, flush);
        to.writerIndex(to.writerIndex() + written);
        return room.hasRemaining();
    }

    @Override
    public void flush(ByteBuf to) {
        begin(to);
        boolean done = false;
        while (!done) {
            done = deflate(to, Deflater.SYNC_FLUSH);
        }
    }

    @Override
    public void finish(ByteBuf to) {
        begin(to);
        deflater.finish();
        while (!deflater.finished()) {
            deflate(to, Deflater.NO_FLUSH);
        }
        to.writeIntLE((int) crc.getValue());
        to.writeIntLE((int) deflater.getBytesRead());
    }

    @Override
    public void close() {
        deflater.end();
    }
}
