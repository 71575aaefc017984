package io.headgate.testing;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http2.DefaultHttp2HeadersDecoder;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/**
 * An HTTP/2 client that sends the frames that a test says, sound or not, and follows each stream's answer. It
 * reads while it waits for something; it opens windows by itself unless {@link #stalls} is set.
 */
public final class FrameClient implements AutoCloseable {

    /** Types of frames (RFC 9113, 6). */
    public static final int DATA = 0;
    public static final int HEADERS = 1;
    public static final int RESET = 3;
    public static final int SETTINGS = 4;
    public static final int PING = 6;
    public static final int GO_AWAY = 7;
    public static final int WINDOW = 8;
    public static final int CONTINUATION = 9;

    /** The largest frame that everybody takes. */
    public static final int FRAME = 16_384;

    private static final int INITIAL_WINDOW = 65_535;

    private final Socket socket;
    private final DataInputStream in;
    private final DefaultHttp2HeadersDecoder decoder = new DefaultHttp2HeadersDecoder(true, 1 << 20);
    private final Map<Integer, FrameAnswer> answers = new HashMap<>();
    private final Map<Integer, Integer> windows = new HashMap<>();
    private int connectionWindow = INITIAL_WINDOW;
    private int next = 1;
    private int pongs;
    private final Queue<String> events = new ArrayDeque<>();
    private boolean ended;
    /** How many of its SETTINGS the other side has taken. */
    public int acknowledged;
    /** The other side's, by their numbers. */
    public final Map<Integer, Integer> settings = new HashMap<>();
    /** What came back last of a PING. */
    public long lastPong;
    /** Whether bytes that have come are not acknowledged. */
    public boolean stalls;
    /** The last GOAWAY, its last stream and its error. */
    public @Nullable String goAway;

    /** Without TLS, and without asking whether HTTP/2 is understood. */
    public FrameClient(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    public FrameClient(SSLContext context, int port) throws IOException {
        this(secured(context, port));
    }

    private static Socket secured(SSLContext context, int port) throws IOException {
        SSLSocket socket = (SSLSocket) context.getSocketFactory().createSocket(
                InetAddress.getLoopbackAddress(), port);
        SSLParameters parameters = socket.getSSLParameters();
        parameters.setApplicationProtocols(new String[]{"h2"});
        socket.setSSLParameters(parameters);
        return socket;
    }

    /** One that has not begun to speak HTTP/2. */
    public static FrameClient silent(int port) throws IOException {
        return new FrameClient(new Socket(InetAddress.getLoopbackAddress(), port), true);
    }

    private FrameClient(Socket socket) throws IOException {
        this(socket, false);
    }

    private FrameClient(Socket socket, boolean silent) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(20_000);
        socket.setTcpNoDelay(true);
        in = new DataInputStream(new BufferedInputStream(socket.getInputStream()));
        if (!silent) {
            socket.getOutputStream()
                    .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
            frame(SETTINGS, 0, 0, new byte[0]);
        }
    }

    /** A frame of any kind. */
    public static byte[] encoded(int type, int flags, int stream, byte[] content) {
        return ByteBuffer.allocate(9 + content.length).putInt(content.length << 8 | type)
                .put((byte) flags).putInt(stream).put(content).array();
    }

    private void frame(int type, int flags, int stream, byte[] content) throws IOException {
        send(encoded(type, flags, stream, content));
    }

    /** Whoever does not take it has closed: what has come before tells why, and is still to be read. */
    public void send(byte[] bytes) throws IOException {
        try {
            socket.getOutputStream().write(bytes);
        } catch (SocketException closed) {
            // read() comes to the end
        }
    }

    // What is sent

    /** Begins a request; names and values in turns. */
    public int open(boolean end, String... headers) throws IOException {
        int stream = next;
        next += 2;
        answers.put(stream, new FrameAnswer());
        windows.put(stream, INITIAL_WINDOW);
        headers(stream, end, headers);
        return stream;
    }

    /** A setting of the client's (RFC 9113, 6.5.2). */
    public void setting(int name, int value) throws IOException {
        frame(SETTINGS, 0, 0, ByteBuffer.allocate(6).putShort((short) name).putInt(value).array());
    }

    /** GET of this path, of the host "h". */
    public int get(String path, String... headers) throws IOException {
        return open(true, request("GET", path, headers));
    }

    /** Begins a POST. */
    public int post(String path, String... headers) throws IOException {
        return open(false, request("POST", path, headers));
    }

    public static String[] request(String method, String path, String... more) {
        List<String> all = new ArrayList<>(List.of(":method", method, ":scheme", "http", ":path", path,
                ":authority", "h"));
        all.addAll(List.of(more));
        return all.toArray(new String[0]);
    }

    public void headers(int stream, boolean end, String... headers) throws IOException {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        for (int i = 0; i < headers.length; i += 2) {
            literal(block, false, headers[i], headers[i + 1]);
        }
        block(stream, end, block.toByteArray());
    }

    /** Headers that are encoded already. */
    public void block(int stream, boolean end, byte[] all) throws IOException {
        for (int at = 0; at == 0 || at < all.length; at += FRAME) {
            int to = Math.min(all.length, at + FRAME);
            frame(at == 0 ? HEADERS : CONTINUATION, (end && at == 0 ? 1 : 0) | (to == all.length ? 4 : 0),
                    stream, Arrays.copyOfRange(all, at, to));
        }
    }

    /** With a new name, added to the table of both sides or not (RFC 7541, 6.2.1 and 6.2.2). */
    public static void literal(ByteArrayOutputStream block, boolean added, String name, String value) {
        block.write(added ? 0x40 : 0);
        text(block, name);
        text(block, value);
    }

    private static void text(ByteArrayOutputStream into, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        if (bytes.length < 127) {
            into.write(bytes.length);
        } else {
            into.write(127);
            int rest = bytes.length - 127;
            for (; rest >= 128; rest >>>= 7) {
                into.write((rest & 127) | 128);
            }
            into.write(rest);
        }
        into.writeBytes(bytes);
    }

    /** Without a look at the windows. */
    public void data(int stream, String content, boolean end) throws IOException {
        frame(DATA, end ? 1 : 0, stream, content.getBytes(StandardCharsets.ISO_8859_1));
        windows.merge(stream, -content.length(), Integer::sum);
        connectionWindow -= content.length();
    }

    /** As many bytes as the windows allow, and the end where they allow all. */
    public int upload(int stream, int length, boolean end) throws IOException {
        int sent = 0;
        while (sent < length && window(stream) > 0) {
            int part = Math.min(Math.min(FRAME, length - sent), window(stream));
            sent += part;
            data(stream, "u".repeat(part), end && sent == length);
        }
        return sent;
    }

    /** How much may be sent on it now. */
    public int window(int stream) {
        return Math.min(windows.getOrDefault(stream, 0), connectionWindow);
    }

    public void reset(int stream, int error) throws IOException {
        frame(RESET, 0, stream, ByteBuffer.allocate(4).putInt(error).array());
    }

    /** Lets the other side send more. */
    public void grant(int stream, int bytes) throws IOException {
        byte[] increment = ByteBuffer.allocate(4).putInt(bytes).array();
        frame(WINDOW, 0, 0, increment);
        frame(WINDOW, 0, stream, increment);
    }

    // What comes

    public FrameAnswer answer(int stream) {
        return answers.computeIfAbsent(stream, unknown -> new FrameAnswer());
    }

    /** The answer of a stream when it has ended, this way or that. */
    public FrameAnswer whole(int stream) throws IOException {
        FrameAnswer answer = answer(stream);
        while (!answer.ended && answer.reset < 0 && read()) {
            // until then
        }
        return answer;
    }

    /** Waits until all is processed that has been sent before. */
    public void ping() throws IOException {
        int before = pongs;
        frame(PING, 0, 0, new byte[8]);
        while (pongs == before && read()) {
            // until then
        }
    }

    /** PINGs that have come back. */
    public int pongs() {
        return pongs;
    }

    /** Reads whatever comes, which need not be frames, until the connection ends. */
    public byte[] drainRaw() throws IOException {
        return in.readAllBytes();
    }

    /** Whether the other side still takes part. */
    public boolean alive() {
        int before = pongs;
        try {
            ping();
        } catch (IOException e) {
            return false;
        }
        return pongs > before;
    }

    /** Reads what there is to be read until the connection ends. */
    public void drain() throws IOException {
        while (read()) {
            // until then
        }
    }

    /** What comes next of settings, GOAWAYs and ends of answers; "end" at the end of the connection. */
    public String next() throws IOException {
        while (events.isEmpty()) {
            if (!read()) {
                return "end";
            }
        }
        return events.remove();
    }

    /** All of that to the end of the connection. */
    public List<String> rest() throws IOException {
        drain();
        List<String> all = List.copyOf(events);
        events.clear();
        return all;
    }

    private void ended(int stream, int flags) {
        if ((flags & 1) != 0) {
            answer(stream).ended = true;
            events.add("answered " + stream);
        }
    }

    /** Reads one frame; false at the end of the connection. */
    public boolean read() throws IOException {
        if (ended) {
            return false;
        }
        int start;
        try {
            start = in.readInt();
        } catch (IOException e) {
            if (e instanceof SocketTimeoutException) {
                throw e;
            }
            ended = true;
            return false;
        }
        int flags = in.readUnsignedByte();
        int stream = in.readInt();
        byte[] content = in.readNBytes(start >>> 8);
        switch (start & 0xff) {
            case DATA -> {
                FrameAnswer answer = answer(stream);
                answer.body.writeBytes(content);
                ended(stream, flags);
                if (!stalls && content.length > 0) {
                    grant(stream, content.length);
                }
            }
            case HEADERS -> head(stream, flags, content);
            case RESET -> {
                FrameAnswer answer = answer(stream);
                answer.resets++;
                answer.reset = answer.reset < 0 ? ByteBuffer.wrap(content).getInt() : answer.reset;
            }
            case SETTINGS -> {
                if ((flags & 1) == 0) {
                    frame(SETTINGS, 1, 0, new byte[0]);
                    events.add("settings");
                    for (ByteBuffer all = ByteBuffer.wrap(content); all.remaining() >= 6;) {
                        settings.put((int) all.getShort(), all.getInt());
                    }
                }
                acknowledged += flags & 1;
            }
            case PING -> {
                if ((flags & 1) == 0 && !stalls) {
                    frame(PING, 1, 0, content);
                }
                if ((flags & 1) != 0) {
                    pongs++;
                    lastPong = ByteBuffer.wrap(content).getLong();
                }
            }
            case GO_AWAY -> {
                ByteBuffer last = ByteBuffer.wrap(content);
                goAway = last.getInt() + " error " + last.getInt();
                events.add("GOAWAY " + goAway);
            }
            case WINDOW -> {
                int more = ByteBuffer.wrap(content).getInt();
                if (stream == 0) {
                    connectionWindow += more;
                } else {
                    windows.merge(stream, more, Integer::sum);
                }
            }
            default -> {
                // of no concern
            }
        }
        return true;
    }

    private void head(int stream, int flags, byte[] block) throws IOException {
        FrameAnswer answer = answer(stream);
        StringBuilder lines = new StringBuilder();
        ByteBuf bytes = Unpooled.wrappedBuffer(block);
        try {
            Http2Headers headers = decoder.decodeHeaders(stream, bytes);
            headers.forEach(each -> lines.append(each.getKey()).append(": ").append(each.getValue())
                    .append('\n'));
        } catch (Http2Exception e) {
            throw new IOException(ByteBufUtil.hexDump(block), e);
        }
        ended(stream, flags);
        if (lines.indexOf(":status") == 0) {
            answer.heads.add(lines.toString());
        } else {
            answer.trailers = lines.toString();
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
