package io.headgate.l7;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;

/** An HTTP/2 client that shows each frame that it gets. */
final class RawHttp2 implements AutoCloseable {

    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int SETTINGS = 4;
    private static final int GO_AWAY = 7;

    private final Socket socket;
    private final DataInputStream in;

    /** Without TLS, and without asking whether HTTP/2 is understood. */
    RawHttp2(int port) throws IOException {
        this(new Socket(InetAddress.getLoopbackAddress(), port));
    }

    RawHttp2(SSLContext context, int port) throws IOException {
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

    private RawHttp2(Socket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(10_000);
        in = new DataInputStream(socket.getInputStream());
        socket.getOutputStream()
                .write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        write(SETTINGS, 0, 0, new byte[0]);
    }

    private void write(int type, int flags, int stream, byte[] content) throws IOException {
        socket.getOutputStream()
                .write(ByteBuffer.allocate(9 + content.length).putInt(content.length << 8 | type)
                        .put((byte) flags).putInt(stream).put(content).array());
    }

    /** GET / on this stream. */
    RawHttp2 get(int stream) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        head.writeBytes(new byte[]{(byte) 0x82, (byte) 0x87, (byte) 0x84, 0x01, 1, 'h'}); // RFC 7541, A
        write(HEADERS, 0x5, stream, head.toByteArray());
        return this;
    }

    /** The next thing of those that matter here; "end" when there is no more. */
    String next() throws IOException {
        while (true) {
            int start;
            try {
                start = in.readInt();
            } catch (EOFException e) {
                return "end";
            }
            int flags = in.readUnsignedByte();
            int stream = in.readInt();
            ByteBuffer content = ByteBuffer.wrap(in.readNBytes(start >>> 8));
            int type = start & 0xff;
            if (type == GO_AWAY) {
                return "GOAWAY " + content.getInt() + " error " + content.getInt();
            }
            if ((type == DATA || type == HEADERS) && (flags & 1) != 0) {
                return "answered " + stream;
            }
            if (type == SETTINGS && (flags & 1) == 0) {
                return "settings";
            }
        }
    }

    List<String> rest() throws IOException {
        List<String> all = new ArrayList<>();
        for (String next = next(); !next.equals("end"); next = next()) {
            all.add(next);
        }
        return all;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
