package io.headgate.l7.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.RawServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import reactor.core.publisher.Mono;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;
import reactor.netty.resources.ConnectionProvider;

class LeasedConnectionTest {

    private final Semaphore asked = new Semaphore(0);
    private final Semaphore answers = new Semaphore(0);

    private void serve(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            while (!in.readLine().isEmpty()) {
                // the rest of the head
            }
            asked.release();
            answers.acquireUninterruptibly();
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
        }
    }

    /**
     * The second request has the connection while the end of the first one's answer is still being dealt
     * with, and the first one's client leaves at that moment.
     */
    @Test
    void whoLeavesAtTheEndOfItsAnswerDoesNotEndTheNextRequest() throws Exception {
        ConnectionProvider one = ConnectionProvider.create("one", 1);
        AtomicReference<Connection> first = new AtomicReference<>();
        try (RawServer member = new RawServer(this::serve)) {
            HttpClient client = HttpClient.create(one).host("127.0.0.1").port(member.port())
                    .doOnRequest((request, connection) -> {
                        if (request.uri().equals("/second")) {
                            fromElsewhere(new LeasedConnection(first.get())::dispose);
                        }
                    });
            Mono<String> begun = client.get().uri("/first").responseConnection((response, connection) -> {
                first.set(connection);
                return connection.inbound().receive().aggregate().asString();
            }).next().cache();
            begun.subscribe();
            asked.acquire();
            Mono<String> next = client.get().uri("/second").responseContent().aggregate().asString().cache();
            next.subscribe();
            answers.release(2);
            assertThat(next.block(Duration.ofSeconds(30))).isEqualTo("ok");
            assertThat(begun.block(Duration.ofSeconds(30))).isEqualTo("ok");
            assertThat(member.accepted()).isOne();
        } finally {
            one.dispose();
        }
    }

    @Test
    void anAnswerThatHasNotEndedEndsWithItsConnection() throws Exception {
        ConnectionProvider one = ConnectionProvider.create("one", 1);
        try (RawServer member = new RawServer(socket -> {
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\no");
            answers.acquireUninterruptibly();
        })) {
            Connection taken = Objects.requireNonNull(
                    HttpClient.create(one).host("127.0.0.1").port(member.port()).get().uri("/")
                            .responseConnection((response, connection) -> Mono.just(connection)).next()
                            .block(Duration.ofSeconds(30)));
            new LeasedConnection(taken).dispose();
            taken.onDispose().block(Duration.ofSeconds(30));
            assertThat(taken.channel().isActive()).isFalse();
            answers.release();
        } finally {
            one.dispose();
        }
    }

    private static void fromElsewhere(Runnable what) {
        Thread thread = new Thread(what);
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
