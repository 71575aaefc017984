package io.headgate.health;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.testing.NativeEpoll;
import io.headgate.testing.RawServer;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What members see of checks, beyond what they are asked. */
class CheckTracesTest {

    private static final int CHECKS = 40;

    /**
     * As MySQL does, the server greets whoever it accepts and counts those who leave without a word. The
     * kernel may finish a handshake by itself where a check's loop was held up in the middle of it; then the
     * server sees a reset, never an orderly end.
     */
    @ParameterizedTest
    @EnumSource(Transport.class)
    void aServerThatGreetsDoesNotSeeATcpCheck(Transport transport) throws Exception {
        AtomicInteger left = new AtomicInteger();
        EventLoops loops = new EventLoops(transport, 1);
        Names names = new Names(transport);
        try (RawServer server = new RawServer(socket -> {
            socket.getOutputStream().write('v');
            if (socket.getInputStream().read() < 0) {
                left.incrementAndGet();
            }
        })) {
            TcpCheck check = new TcpCheck(
                    new CheckConnection(transport, names, null, List.of(), Opening.UNSEEN));
            for (int i = 0; i < CHECKS; i++) {
                assertThat(CheckRun.of(check, loops.next(), server.port(), Duration.ofSeconds(10)))
                        .isEqualTo(Finding.passed("connected"));
            }
            try (Socket client = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                assertThat(client.getInputStream().read()).isEqualTo('v'); // those before were accepted
                                                                           // before
                client.getOutputStream().write('x');
                assertThat(client.getInputStream().read()).isNegative();
            }
            await().until(() -> server.open() == 0);
            assertThat(left).hasValue(0);
            assertThat(server.accepted()).isLessThan(CHECKS / 2);
        } finally {
            names.close();
            loops.close();
        }
    }

    /** It has its socket, and would be taken for well by whoever does not connect. */
    @Test
    void aProgramThatAcceptsNoMoreFailsATcpCheckOfItsUnixDomainSocket(@TempDir Path folder) throws Exception {
        NativeEpoll.assume();
        Path path = folder.resolve("app.sock");
        EventLoops loops = new EventLoops(Transport.EPOLL, 1);
        Names names = new Names(Transport.EPOLL);
        CheckedMember target = new CheckedMember("web", "a", new Address("unix:" + path, 0));
        TcpCheck check = new TcpCheck(
                new CheckConnection(Transport.EPOLL, names, null, List.of(), Opening.UNSEEN));
        List<SocketChannel> clients = new ArrayList<>();
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(path), 1);
            assertThat(found(check, loops, target)).isEqualTo(Finding.passed("connected"));
            for (int i = 0; i < 2; i++) {
                SocketChannel client = SocketChannel.open(StandardProtocolFamily.UNIX);
                clients.add(client);
                client.configureBlocking(false);
                try {
                    client.connect(UnixDomainSocketAddress.of(path));
                } catch (IOException full) {
                    break;
                }
            }
            assertThat(found(check, loops, target).passed()).isFalse();
        } finally {
            for (SocketChannel client : clients) {
                client.close();
            }
            names.close();
            loops.close();
        }
    }

    private static Finding found(Check check, EventLoops loops, CheckedMember target)
            throws InterruptedException {
        return CheckRun.of(check, loops.next(), target, Duration.ofSeconds(10));
    }

    @Test
    void anHttpCheckLetsTheMemberEndItsAnswer() {
        Answering member = new Answering();
        member.says("HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nread");
        assertThat(member.finding.getNow()).isEqualTo(Finding.passed("HTTP 200 OK"));
        assertThat(member.channel.isOpen()).isTrue();
        member.says("y yet");
        assertThat(member.channel.isOpen()).isFalse();
    }

    @Test
    void anHttpCheckDoesNotWaitLongForTheEndOfAnAnswer() {
        Answering member = new Answering();
        member.says("HTTP/1.1 503 Unavailable\r\nContent-Length: 9\r\n\r\nread");
        assertThat(member.finding.getNow().passed()).isFalse();
        assertThat(member.channel.isOpen()).isTrue();
        member.channel.advanceTimeBy(101, TimeUnit.MILLISECONDS);
        member.channel.runScheduledPendingTasks();
        assertThat(member.channel.isOpen()).isFalse();
    }

    @Test
    void anHttpCheckDoesNotReadMuchMoreThanItsFindingNeeds() {
        Answering member = new Answering();
        member.says("HTTP/1.1 200 OK\r\n\r\n");
        member.says("x".repeat(64 * 1024));
        assertThat(member.channel.isOpen()).isTrue();
        member.says("x");
        assertThat(member.channel.isOpen()).isFalse();
    }

    @Test
    void aProxyHeaderComesFirstOfAll() throws IOException, InterruptedException {
        EventLoops loops = new EventLoops(Transport.best(), 1);
        Names names = new Names(loops.transport());
        String local = "\r\n\r\n\0\r\nQUIT\n \0\0\0";
        AtomicReference<String> seen = new AtomicReference<>("");
        try (RawServer server = new RawServer(socket -> {
            seen.set(new String(socket.getInputStream().readNBytes(19), ISO_8859_1));
            socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(
                    ISO_8859_1));
            RawServer.SILENT.with(socket);
        })) {
            HttpCheck v2 = new HttpCheck(
                    new CheckConnection(loops.transport(), names, null, List.of(), Opening.PROXY_V2),
                    CheckSpec.Http.get("/"), HttpCheck.PATIENCE);
            CheckRun.of(v2, loops.next(), server.port(), Duration.ofSeconds(10));
            assertThat(seen.get()).isEqualTo(local + "GET");
            HttpCheck v1 = new HttpCheck(
                    new CheckConnection(loops.transport(), names, null, List.of(), Opening.PROXY_V1),
                    CheckSpec.Http.get("/"), HttpCheck.PATIENCE);
            CheckRun.of(v1, loops.next(), server.port(), Duration.ofSeconds(10));
            assertThat(seen.get()).isEqualTo("PROXY UNKNOWN\r\nGET ");
        } finally {
            names.close();
            loops.close();
        }
    }

    /** The check's side of a connection without a socket. */
    private static final class Answering {

        private final EmbeddedChannel channel = new EmbeddedChannel();
        private final Promise<Finding> finding = channel.eventLoop().newPromise();

        Answering() {
            channel.freezeTime();
            channel.pipeline()
                    .addLast(new HttpAnswer(CheckSpec.Http.get("/"), HttpCheck.PATIENCE, finding));
            finding.addListener(found -> channel.pipeline().close());
        }

        void says(String text) {
            channel.writeInbound(Unpooled.copiedBuffer(text, ISO_8859_1));
        }
    }
}
