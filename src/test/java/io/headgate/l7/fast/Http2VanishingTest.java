package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.ServedRequest;
import io.headgate.pool.Reason;
import io.headgate.testing.FrameClient;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** HTTP/2 clients that go at every point, and such as send what HTTP/2 is not. */
class Http2VanishingTest extends Http2Fixture {

    private static final int MUTATIONS = 1_500;

    /** POST or GET / of the host "h", by the static table of RFC 7541, A. */
    private static final byte[] POST = {(byte) 0x83, (byte) 0x86, (byte) 0x84, 0x01, 1, 'h'};
    private static final byte[] GET = {(byte) 0x82, (byte) 0x86, (byte) 0x84, 0x01, 1, 'h'};

    private static byte[] frame(int type, int flags, int stream, byte[] content) {
        return ByteBuffer.allocate(9 + content.length).putInt(content.length << 8 | type).put((byte) flags)
                .putInt(stream).put(content).array();
    }

    /** Frames of three streams, each in a part of its own. */
    private static List<byte[]> frames() {
        return List.of("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                frame(4, 0, 0, new byte[0]), frame(1, 4, 1, POST), frame(0, 0, 1, "abc".getBytes(
                        StandardCharsets.US_ASCII)),
                frame(1, 5, 3, GET), frame(8, 0, 0, new byte[]{0, 0, 1, 0}), frame(0, 1, 1, new byte[2]),
                frame(1, 4, 5, POST), frame(0, 0, 5, new byte[3_000]),
                frame(3, 0, 5, new byte[]{0, 0, 0, 8}));
    }

    private static byte[] joined(List<byte[]> parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        parts.forEach(all::writeBytes);
        return all.toByteArray();
    }

    private void nothingIsLeft() throws IOException {
        await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0);
        try (FrameClient client = new FrameClient(gateway.server.port())) {
            assertThat(client.whole(client.get("/")).body()).isEqualTo("ok");
        }
    }

    @Test
    void aClientMayGoAtEveryPoint() throws IOException {
        byte[] all = joined(frames());
        try (ScriptedMember member = ScriptedMember.answering(OK)) {
            gateway.members(member.port());
            for (int end = 1; end <= all.length; end += end < 140 ? 1 : 97) {
                for (boolean reset : new boolean[]{false, true}) {
                    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(),
                            gateway.server.port())) {
                        socket.getOutputStream().write(all, 0, end);
                        socket.setSoLinger(reset, 0);
                    }
                }
            }
            nothingIsLeft();
        }
    }

    /** It takes nothing, so that something is being written when it goes. That is no error of ours. */
    @Test
    void aClientThatResetsItsConnectionInAnAnswerIsGone() throws IOException {
        byte[] part = new byte[60_000];
        AtomicLong written = new AtomicLong();
        try (ScriptedMember member = new ScriptedMember((wire, number, seen) -> {
            wire.head();
            wire.send("HTTP/1.1 200 OK\r\nContent-Length: 60000000\r\n\r\n");
            for (int i = 0; i < 1000; i++) {
                wire.send(part, part.length);
                written.addAndGet(part.length);
            }
        })) {
            gateway.members(member.port());
            try (Socket socket = new Socket()) {
                socket.setReceiveBufferSize(4096);
                socket.connect(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), gateway.server.port()));
                socket.getOutputStream().write(joined(List.of(
                        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII),
                        frame(4, 0, 0, new byte[]{0, 4, 0x7f, -1, -1, -1}),
                        frame(8, 0, 0, new byte[]{0x7f, 0, 0, 0}), frame(1, 5, 1, GET))));
                AtomicLong last = new AtomicLong();
                await().pollInterval(Duration.ofMillis(300))
                        .until(() -> written.get() > 0 && last.getAndSet(written.get()) == written.get());
                socket.setSoLinger(true, 0);
            }
            await().until(() -> gateway.inFlight() == 0);
        }
        await().until(() -> !gateway.served.isEmpty());
        assertThat(gateway.served).extracting(ServedRequest::reason).containsOnly(Reason.CLIENT_GONE);
    }

    @Test
    void whateverAClientSendsNothingIsLeft() throws IOException {
        Random random = new Random(1);
        try (ScriptedMember member = ScriptedMember.answering(OK)) {
            gateway.members(member.port());
            for (int i = 0; i < MUTATIONS; i++) {
                byte[] bytes = mutated(random);
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), gateway.server.port())) {
                    socket.setSoTimeout(20_000);
                    socket.getOutputStream().write(bytes);
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (SocketException reset) {
                    // an end too
                }
            }
            nothingIsLeft();
        }
    }

    private static byte[] mutated(Random random) {
        List<byte[]> parts = new ArrayList<>(frames());
        if (random.nextBoolean()) {
            parts.add(1 + random.nextInt(parts.size()), parts.get(random.nextInt(parts.size())));
        }
        if (random.nextBoolean()) {
            parts.remove(1 + random.nextInt(parts.size() - 1));
        }
        byte[] bytes = joined(parts);
        for (int i = random.nextInt(3); i > 0; i--) {
            bytes[24 + random.nextInt(Math.min(150, bytes.length - 24))] = (byte) random.nextInt(256);
        }
        return bytes;
    }
}
