package io.headgate.l7.port;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.netty.handler.codec.http2.Http2FrameTypes;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Ticker;
import org.jspecify.annotations.Nullable;

/**
 * Counts the frames of a client that serve no request: PING, SETTINGS, PRIORITY, WINDOW_UPDATE, RST_STREAM,
 * empty DATA, and those of unknown types. Each costs us more than the few bytes cost the client
 * (CVE-2019-9511 to 9518), and not all of them reach a listener of the codec. So they are counted before the
 * codec sees them, by their headers alone, and no frame of a read is decoded that exceeds the budget.
 *
 * <p>
 * A client earns frames: by each request, which may be given a priority and be cancelled, and by what it is
 * answered, for which it opens windows and may measure the time of a round trip. It earns by what a lane
 * writes, not by frames that we send: with a window of one byte, an answer has as many frames as bytes.
 *
 * <p>
 * Also watches that heads come whole. While one is coming, nothing else can come.
 */
final class FrameBudget extends ChannelInboundHandlerAdapter {

    /** In units, in the time of an {@link Allowance}: 1,000 frames. */
    private static final int BUDGET = 10_000;
    private static final int FRAME = 10;
    /** A little DATA is what an unbuffered upload has, but costs us as much as much DATA. */
    private static final int TINY = 1;
    /** Less than a message of gRPC without content. */
    private static final int TINY_LENGTH = 5;
    /** A frame costs as much more for so many bytes. */
    private static final int PART = 64;
    private static final int REQUEST = 5 * FRAME;
    private static final int ANSWER = 3 * FRAME;
    /** Of an answer: clients open windows after 4 KB or more, for a stream and its connection. */
    private static final int ANSWER_PART = 512;

    private static final int HEADER_LENGTH = Http2CodecUtil.FRAME_HEADER_LENGTH;
    private static final int END_STREAM = 1;
    private static final int ACK = 1;
    private static final int END_HEADERS = 4;
    private static final String[] NAMES = {"DATA", "HEADERS", "PRIORITY", "RST_STREAM", "SETTINGS",
            "PUSH_PROMISE", "PING", "GOAWAY", "WINDOW_UPDATE", "CONTINUATION"};

    private final Allowance allowance;
    /** Of the preface, or of a frame's content: bytes that are still to come. */
    private int rest = Http2CodecUtil.connectionPrefaceBuf().readableBytes();
    /** Bytes of a frame's header that came with an earlier read, and how many. */
    private long begun;
    private int begunLength;
    /** A head has begun to come. */
    private boolean head;
    /** Another one than when the session was told last. */
    private boolean otherHead;
    /** The frame that comes is the last of it. */
    private boolean lastOfHead;
    /** What there was too much of; null while there was not. */
    private @Nullable String excess;
    private boolean ended;
    private @Nullable Http2Session session;

    private FrameBudget(Ticker ticker) {
        allowance = new Allowance(BUDGET, ticker);
    }

    /** Before the bytes of a connection come, which may then turn out to be HTTP/2. */
    static void await(ChannelPipeline pipeline, Ticker ticker) {
        pipeline.addFirst(HandlerNames.FRAMES, new FrameBudget(ticker));
    }

    /** The connection speaks HTTP/2. */
    static FrameBudget begin(ChannelPipeline pipeline, String codec, Ticker ticker) {
        FrameBudget waiting = pipeline.get(FrameBudget.class);
        if (waiting != null) {
            return waiting;
        }
        FrameBudget budget = new FrameBudget(ticker);
        pipeline.addBefore(codec, HandlerNames.FRAMES, budget);
        return budget;
    }

    /** Whom to tell from now on. */
    void tell(Http2Session whom) {
        session = whom;
        tell();
    }

    /** A lane has written this much of an answer. */
    void answered(int bytes) {
        allowance.earn(ANSWER + bytes / ANSWER_PART * FRAME);
    }

    /** A client has caused work that is worth as much as some frames. */
    void spend(int frames, String of) {
        spendUnits(frames * FRAME, of);
        tell();
    }

    private void spendUnits(int units, String of) {
        if (!allowance.spend(units) && excess == null) {
            excess = of;
        }
    }

    private void tell() {
        if (session == null || ended) {
            return;
        }
        if (excess != null) {
            ended = true;
            session.flooded(excess);
        } else {
            session.awaitsHead(head, otherHead);
            otherHead = false;
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (!ended && message instanceof ByteBuf bytes) {
            look(bytes);
            tell();
        }
        if (ended) {
            ReferenceCountUtil.release(message);
        } else {
            ctx.fireChannelRead(message);
        }
    }

    private void look(ByteBuf bytes) {
        int at = bytes.readerIndex();
        int end = bytes.writerIndex();
        while (at < end) {
            if (rest > 0) {
                int part = Math.min(rest, end - at);
                at += part;
                rest -= part;
            } else if (begunLength == 0 && end - at >= HEADER_LENGTH) {
                frame(bytes.getUnsignedMedium(at), bytes.getUnsignedByte(at + 3),
                        bytes.getUnsignedByte(at + 4));
                at += HEADER_LENGTH;
            } else {
                if (begunLength < 5) { // then comes the stream
                    begun = begun << 8 | bytes.getUnsignedByte(at);
                }
                at++;
                begunLength++;
                if (begunLength == HEADER_LENGTH) {
                    frame((int) (begun >>> 16), (int) (begun >>> 8 & 0xff), (int) (begun & 0xff));
                    begun = 0;
                    begunLength = 0;
                }
            }
            if (rest == 0 && begunLength == 0 && lastOfHead) {
                head = false;
                lastOfHead = false;
            }
        }
    }

    private void frame(int length, int type, int flags) {
        rest = length;
        switch (type) {
            case Http2FrameTypes.HEADERS -> {
                allowance.earn(REQUEST);
                otherHead = true;
                headPart(flags);
            }
            case Http2FrameTypes.CONTINUATION -> headPart(flags); // the codec bounds how many
            case Http2FrameTypes.DATA -> {
                if (length < TINY_LENGTH && (flags & END_STREAM) == 0) {
                    spendUnits(length == 0 ? FRAME : TINY, NAMES[type]);
                }
            }
            default -> {
                boolean free = type == Http2FrameTypes.SETTINGS && (flags & ACK) != 0 && length == 0;
                spendUnits(free ? TINY : FRAME + length / PART * FRAME,
                        type < NAMES.length ? NAMES[type] : "unknown");
            }
        }
    }

    private void headPart(int flags) {
        head = true;
        lastOfHead = (flags & END_HEADERS) != 0;
    }
}
