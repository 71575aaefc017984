package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.pool.Address;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.headgate.pool.Timeouts;
import io.headgate.security.AddressSet;
import io.headgate.testing.ListenerBuilder;
import io.headgate.testing.NativeEpoll;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Members that are Unix domain sockets. */
class UnixSocketTest {

    @TempDir
    private Path folder = Path.of("");

    @BeforeEach
    void onLinux() {
        NativeEpoll.assume();
    }

    /** What a member does with one connection. */
    @FunctionalInterface
    interface Talk {
        void with(SocketChannel socket, InputStream in, OutputStream out) throws IOException;
    }

    private static final Talk ECHO = (socket, in, out) -> in.transferTo(out);

    /** A member; each connection has a virtual thread. */
    private final class Server implements AutoCloseable {

        private final ServerSocketChannel server;
        private final Path path;

        Server(String name, Talk talk) throws IOException {
            path = folder.resolve(name);
            server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)
                    .bind(UnixDomainSocketAddress.of(path));
            Thread.startVirtualThread(() -> accept(talk));
        }

        private void accept(Talk talk) {
            try {
                for (;;) {
                    SocketChannel socket = server.accept();
                    Thread.startVirtualThread(() -> serve(talk, socket));
                }
            } catch (IOException closed) {
                // the end
            }
        }

        private static void serve(Talk talk, SocketChannel socket) {
            try (socket) {
                talk.with(socket, Channels.newInputStream(socket), Channels.newOutputStream(socket));
            } catch (IOException broken) {
                // the test looks at the client's side
            }
        }

        MemberSpec member() {
            return MemberSpec.of(Address.parseMember("unix:" + path));
        }

        /** Listens no longer. */
        void leave() throws IOException {
            server.close();
            Files.deleteIfExists(path);
        }

        @Override
        public void close() throws IOException {
            leave();
        }
    }

    private static Lab lab(MemberSpec... members) {
        return lab(Lab.spec(), members);
    }

    private static Lab lab(ListenerBuilder spec, MemberSpec... members) {
        return new Lab().over(Timeouts.DEFAULT, Stream.of(members).toList()).listening(spec);
    }

    @Test
    void bytesGoBothWaysAndEachEndIsPassedOn() throws Exception {
        byte[] bytes = new byte[20_000_000];
        new Random(7).nextBytes(bytes);
        try (Server server = new Server("app.sock", ECHO);
                Lab lab = lab(server.member());
                Socket client = lab.connect()) {
            Thread sender = Thread.startVirtualThread(() -> {
                try {
                    client.getOutputStream().write(bytes);
                    client.shutdownOutput();
                } catch (IOException e) {
                    // whoever reads is told as well
                }
            });
            assertThat(client.getInputStream().readAllBytes()).isEqualTo(bytes);
            sender.join();
            lab.awaitQuiet();
            assertThat(lab.count(Outcome.OK)).isEqualTo(1);
        }
    }

    @Test
    void whatAMemberSentBeforeItClosedArrivesWhole() throws IOException {
        byte[] bytes = new byte[5_000_000];
        new Random(8).nextBytes(bytes);
        try (Server server = new Server("app.sock", (socket, in, out) -> out.write(bytes));
                Lab lab = lab(server.member())) {
            for (int i = 0; i < 5; i++) {
                try (Socket client = lab.connect()) {
                    assertThat(client.getInputStream().readAllBytes()).isEqualTo(bytes);
                }
            }
        }
    }

    @Test
    void aMemberThatIsGoneIsPassedOverAndItsConnectionsEnd() throws IOException {
        try (Server there = new Server("there.sock", ECHO);
                Server leaving = new Server("leaving.sock", (socket, in, out) -> {
                    in.read();
                    socket.close();
                });
                Lab lab = lab(leaving.member(), there.member())) {
            try (Socket client = lab.connect()) {
                client.getOutputStream().write(7);
                assertThat(client.getInputStream().read()).isEqualTo(-1);
            }
            leaving.leave();
            for (int i = 0; i < 4; i++) {
                try (Socket client = lab.connect()) {
                    client.getOutputStream().write(7);
                    assertThat(client.getInputStream().read()).isEqualTo(7);
                }
            }
            assertThat(lab.count(Outcome.CONNECT_FAILED)).isPositive();
        }
    }

    @Test
    void aFileThatIsNoSocketOrNotThereIsNoMember() throws IOException {
        Path file = Files.createFile(folder.resolve("file"));
        try (Lab lab = lab(MemberSpec.of(Address.parseMember("unix:" + file)),
                MemberSpec.of(Address.parseMember("unix:" + folder + "/nowhere")));
                Socket client = lab.connect()) {
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(IOException.class);
            assertThat(lab.firstClosed().reason()).isEqualTo(Reason.CONNECT_FAILED);
        }
    }

    @Test
    void aClientThatResetsAndAMemberThatDoesNotReadLeaveNothingBehind() throws IOException {
        CompletableFuture<@Nullable Void> over = new CompletableFuture<>();
        try (Server server = new Server("app.sock", (socket, in, out) -> {
            out.write(1);
            over.join();
        }); Lab lab = lab(server.member())) {
            Socket client = lab.connect();
            assertThat(client.getInputStream().read()).isEqualTo(1);
            client.getOutputStream().write(new byte[100_000]);
            client.setSoLinger(true, 0);
            client.close();
            lab.awaitQuiet();
        } finally {
            over.complete(null);
        }
    }

    @Test
    void aProxyHeaderTellsTheRealClient() throws IOException {
        ListenerBuilder told = Lab.spec()
                .withProxyProtocol(new ProxyProtocol(AddressSet.EMPTY, ProxyProtocol.Version.V1));
        try (Server server = new Server("app.sock", ECHO);
                Lab lab = lab(told, server.member());
                Socket client = lab.connect()) {
            byte[] expected = ("PROXY TCP4 127.0.0.1 127.0.0.1 " + client.getLocalPort() + " "
                    + lab.address().getPort() + "\r\n").getBytes(StandardCharsets.US_ASCII);
            assertThat(client.getInputStream().readNBytes(expected.length)).isEqualTo(expected);
        }
    }

    @Test
    void anAddressIsReadWithItsBounds() {
        String longest = "unix:/" + "x".repeat(Address.LONGEST_PATH - 1);
        for (String text : List.of("unix:/run/app.sock", longest)) {
            assertThat(Address.parseMember(text)).hasToString(text);
        }
        assertThat(Address.parseMember("unix:5432")).isEqualTo(new Address("unix", 5432));
        for (String text : List.of(longest + "x", "unix:/", "unix:/run/", "unix:run/app.sock", "unix:",
                "unix:/" + "\u00e4".repeat(54), "unix:/a\nb")) {
            assertThatThrownBy(() -> Address.parseMember(text)).as(text)
                    .isInstanceOf(IllegalArgumentException.class).hasMessageContaining("(expected: ");
        }
        assertThatThrownBy(() -> PortRange.parse("unix:/run/app.sock"))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
