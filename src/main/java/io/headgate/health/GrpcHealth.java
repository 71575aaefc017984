package io.headgate.health;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;

/**
 * The two messages of the protocol grpc.health.v1, by hand: they are a string and a number, and a library for
 * them would be larger than all checks together. Each is framed as gRPC does it: a byte that says whether it
 * is compressed, its length in four bytes, and the message. See
 * <a href="https://github.com/grpc/grpc/blob/master/doc/health-checking.md">gRPC Health Checking Protocol</a>
 * and <a href="https://protobuf.dev/programming-guides/encoding/">Protocol Buffers: Encoding</a>.
 */
final class GrpcHealth {

    /** The status that the service reports. */
    enum Status {
        UNKNOWN,
        SERVING,
        NOT_SERVING,
        SERVICE_UNKNOWN
    }

    private static final int STRING_FIELD_1 = 1 << 3 | 2;
    private static final int NUMBER_FIELD_1 = 1 << 3;

    private GrpcHealth() {
    }

    /** HealthCheckRequest { string service = 1; }. An empty name is the default and is left out. */
    static ByteBuf request(String service) {
        ByteBuf framed = Unpooled.buffer().writeByte(0).writeInt(0);
        int prefix = framed.readableBytes();
        if (!service.isEmpty()) {
            writeNumber(framed, STRING_FIELD_1);
            writeNumber(framed, ByteBufUtil.utf8Bytes(service));
            ByteBufUtil.writeUtf8(framed, service);
        }
        return framed.setInt(1, framed.readableBytes() - prefix);
    }

    /**
     * HealthCheckResponse { ServingStatus status = 1; }. Unknown fields are skipped.
     *
     * @throws CorruptedFrameException when the bytes are no such answer
     */
    static Status response(ByteBuf framed) {
        if (framed.readableBytes() < 5 || framed.readByte() != 0
                || framed.readInt() != framed.readableBytes()) {
            throw new CorruptedFrameException("not one uncompressed gRPC message");
        }
        long status = 0;
        while (framed.isReadable()) {
            long key = readNumber(framed);
            if (key == NUMBER_FIELD_1) {
                status = readNumber(framed);
            } else {
                skip(framed, (int) key & 7);
            }
        }
        Status[] known = Status.values();
        return status >= 0 && status < known.length ? known[(int) status] : Status.UNKNOWN;
    }

    private static void skip(ByteBuf message, int wireType) {
        long bytes = switch (wireType) {
            case 0 -> {
                readNumber(message);
                yield 0;
            }
            case 1 -> 8;
            case 2 -> readNumber(message);
            case 5 -> 4;
            default -> throw new CorruptedFrameException("unknown wire type " + wireType);
        };
        if (bytes < 0 || bytes > message.readableBytes()) {
            throw new CorruptedFrameException("a field is longer than its message");
        }
        message.skipBytes((int) bytes);
    }

    private static void writeNumber(ByteBuf out, int number) {
        int rest = number;
        while (rest > 0x7f) {
            out.writeByte((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        out.writeByte(rest);
    }

    private static long readNumber(ByteBuf in) {
        long number = 0;
        for (int shift = 0; shift < 64 && in.isReadable(); shift += 7) {
            byte next = in.readByte();
            number |= (next & 0x7fL) << shift;
            if (next >= 0) {
                return number;
            }
        }
        throw new CorruptedFrameException("a number that does not end");
    }
}
