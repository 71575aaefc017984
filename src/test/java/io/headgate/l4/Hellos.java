package io.headgate.l4;

import java.nio.ByteBuffer;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.List;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.jspecify.annotations.Nullable;

/** ClientHellos as the JDK's TLS client sends them. */
final class Hellos {

    private Hellos() {
    }

    static byte[] of(@Nullable String serverName, String... protocols) {
        try {
            SSLEngine engine = SSLContext.getDefault().createSSLEngine();
            engine.setUseClientMode(true);
            SSLParameters parameters = engine.getSSLParameters();
            if (serverName != null) {
                parameters.setServerNames(List.of(new SNIHostName(serverName)));
            }
            parameters.setApplicationProtocols(protocols);
            engine.setSSLParameters(parameters);
            ByteBuffer out = ByteBuffer.allocate(64 * 1024);
            engine.wrap(ByteBuffer.allocate(0), out);
            return Arrays.copyOf(out.array(), out.position());
        } catch (NoSuchAlgorithmException | SSLException e) {
            throw new AssertionError(e);
        }
    }

    /** The same message in records of this size. */
    static byte[] inRecordsOf(int size, byte[] hello) {
        byte[] message = Arrays.copyOfRange(hello, 5, hello.length);
        int records = (message.length + size - 1) / size;
        ByteBuffer out = ByteBuffer.allocate(message.length + 5 * records);
        for (int at = 0; at < message.length; at += size) {
            int length = Math.min(size, message.length - at);
            out.put(hello, 0, 3).putShort((short) length).put(message, at, length);
        }
        return out.array();
    }
}
