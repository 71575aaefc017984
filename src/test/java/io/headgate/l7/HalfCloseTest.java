package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Member;
import io.headgate.pool.Pools;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.core.publisher.Mono;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** A client that ends its sending after a whole request has gone, whatever it still reads. */
class HalfCloseTest {

    private static final String GET = "GET / HTTP/1.1\r\nHost: x\r\n\r\n";

    @ParameterizedTest(name = "fast path: {0}")
    @ValueSource(booleans = {true, false})
    void itsRequestIsGivenUp(boolean fast) throws IOException {
        try (HoldingMember server = new HoldingMember();
                TestGateway gateway = TestGateway.start("""
                        headgate:
                          fast-path.enabled: %s
                          pools.web: { members: [ "%s" ], health: { check: none } }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: web, uri: "lb://web", predicates: [ "Path=/**" ] }
                        """.formatted(fast, server.member(0).address()));
                Wire client = new Wire(gateway.port())) {
            client.send(GET);
            await().until(() -> server.asked.size() == 1);
            Member member = gateway.bean(Pools.class).find("web").orElseThrow().members().getFirst();
            assertThat(member.inFlight()).isEqualTo(1);
            client.socket().shutdownOutput();
            await().until(() -> member.inFlight() == 0);
            server.answer(1);
            assertThat(client.readAll()).isEmpty();
        }
    }

    /** What our own answers follow: a server that is Reactor Netty and nothing else. */
    @Test
    void theServerBeneathGivesItUpToo() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch givenUp = new CountDownLatch(1);
        DisposableServer server = HttpServer.create().host("127.0.0.1").port(0)
                .handle((request, response) -> Mono.<Void>never().doOnSubscribe(s -> asked.countDown())
                        .doOnCancel(givenUp::countDown))
                .bindNow();
        try (Wire client = new Wire(server.port())) {
            client.send(GET);
            asked.await();
            client.socket().shutdownOutput();
            assertThat(client.readAll()).isEmpty();
            givenUp.await();
        } finally {
            server.disposeNow();
        }
    }
}
