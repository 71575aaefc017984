package io.headgate.l4;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.net.Transport;
import io.headgate.pool.Outcome;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class RelayTest {

    private static final int MANY = 5_000_000;

    private final Transport transport;

    RelayTest(Transport transport) {
        this.transport = transport;
    }

    @Test
    void carriesBytesBothWaysAndTellsOfIt() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(backend).listening()) {
            try (Socket client = lab.connect()) {
                client.getOutputStream().write("hello".getBytes(UTF_8));
                assertThat(client.getInputStream().readNBytes(5)).isEqualTo("hello".getBytes(UTF_8));
                assertThat(lab.listener().connections()).singleElement().satisfies(c -> {
                    assertThat(c.client()).isEqualTo(client.getLocalSocketAddress());
                    assertThat(c.bytesIn()).isEqualTo(5);
                    assertThat(c.bytesOut()).isEqualTo(5);
                    assertThat(c.member()).isEqualTo(lab.pool().members().getFirst());
                });
                assertThat(lab.pool().members().getFirst().inFlight()).isEqualTo(1);
            }
            assertThat(lab.firstClosed()).satisfies(closed -> {
                assertThat(closed.reason()).isNull();
                assertThat(closed.outcome()).isEqualTo(Outcome.OK);
                assertThat(closed.bytesIn()).isEqualTo(5);
                assertThat(closed.bytesOut()).isEqualTo(5);
                assertThat(closed.attempts()).isEqualTo(1);
            });
        }
    }

    @Test
    void passesOnAClientsHalfCloseAndLosesNothingOfTheAnswer() throws IOException {
        try (RawServer backend = new RawServer(socket -> {
            long read = socket.getInputStream().transferTo(OutputStream.nullOutputStream());
            socket.getOutputStream().write(new byte[(int) read]);
        }); Lab lab = new Lab(transport).over(backend).listening(); Socket client = lab.connect()) {
            client.getOutputStream().write(new byte[MANY]);
            client.shutdownOutput();
            assertThat(client.getInputStream().readAllBytes()).hasSize(MANY);
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.OK);
        }
    }

    @Test
    void passesOnAMembersHalfCloseAndLosesNothingOfTheRequest() throws Exception {
        CompletableFuture<Integer> received = new CompletableFuture<>();
        try (RawServer backend = new RawServer(socket -> {
            socket.getOutputStream().write(new byte[MANY]);
            socket.shutdownOutput();
            received.complete(socket.getInputStream().readAllBytes().length);
        }); Lab lab = new Lab(transport).over(backend).listening(); Socket client = lab.connect()) {
            assertThat(client.getInputStream().readAllBytes()).hasSize(MANY);
            client.getOutputStream().write(new byte[MANY]);
            client.shutdownOutput();
            assertThat(received.get(10, TimeUnit.SECONDS)).isEqualTo(MANY);
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.OK);
        }
    }

    @Test
    void aClientsResetResetsTheMember() throws Exception {
        CompletableFuture<IOException> seen = new CompletableFuture<>();
        try (RawServer backend = new RawServer(socket -> {
            try {
                RawServer.ECHO.with(socket);
                seen.completeExceptionally(new AssertionError("an orderly end"));
            } catch (IOException e) {
                seen.complete(e);
            }
        }); Lab lab = new Lab(transport).over(backend).listening()) {
            try (Socket client = lab.connect()) {
                client.getOutputStream().write(1);
                client.getInputStream().read();
                client.setSoLinger(true, 0);
            }
            assertThat(seen.get(10, TimeUnit.SECONDS)).isInstanceOf(SocketException.class);
            assertThat(lab.firstClosed().reason()).isNull();
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.UNKNOWN);
        }
    }

    @Test
    void aMembersResetResetsTheClient() throws IOException {
        try (RawServer backend = new RawServer(socket -> {
            socket.getInputStream().read();
            socket.setSoLinger(true, 0);
        }); Lab lab = new Lab(transport).over(backend).listening(); Socket client = lab.connect()) {
            client.getOutputStream().write(1);
            assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
            assertThat(lab.firstClosed().reason()).isNull();
            assertThat(lab.firstClosed().outcome()).isEqualTo(Outcome.RESET);
            assertThat(lab.count(Outcome.RESET)).isEqualTo(1);
        }
    }

    @Test
    void nothingStaysBehindWhenBothVanishAtOnce() throws IOException {
        try (RawServer backend = new RawServer(socket -> {
            socket.setSoLinger(true, 0);
            socket.getInputStream().read();
        }); Lab lab = new Lab(transport).over(backend).listening()) {
            for (int i = 0; i < 100; i++) {
                try (Socket client = lab.connect()) {
                    client.setSoLinger(true, 0);
                    client.getOutputStream().write(1);
                }
            }
            await().until(() -> lab.listener().accepted() == 100);
            lab.awaitQuiet();
        }
    }

    @Test
    void aClientThatEndsBeforeAMemberIsFoundIsServedAllTheSame() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab(transport).over(backend).listening()) {
            for (int i = 0; i < 50; i++) {
                try (Socket client = lab.connect()) {
                    client.getOutputStream().write("early".getBytes(UTF_8));
                    client.shutdownOutput();
                    assertThat(client.getInputStream().readAllBytes()).hasSize(5);
                }
            }
        }
    }

}
