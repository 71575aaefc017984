package io.headgate.config.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.Lane;
import io.headgate.pool.Pools;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What members are trusted by and shown, when its files change while the gateway runs. */
class RenewedBundleTest {

    private static final TestAuthority OURS = TestAuthority.ours();
    private static final TestAuthority OTHERS = TestAuthority.foreign();
    private static final String CONFIGURATION = """
            spring.ssl.bundle:
              watch.file.quiet-period: 200ms
              pem:
                members:
                  reload-on-update: true
                  keystore: { certificate: "FOLDER/own.crt", private-key: "FOLDER/own.key" }
                  truststore: { certificate: "FOLDER/trusted.crt" }
            headgate:
              pools:
                checked:
                  members: ["127.0.0.1:MEMBER"]
                  tls: { bundle: members, server-name: member.test }
                  health: { check: tcp, interval: 100ms, fast-interval: 100ms, fall: 1, rise: 1 }
                own-check:
                  members: ["127.0.0.1:MEMBER"]
                  health:
                    { check: tcp, interval: 100ms, fast-interval: 100ms, fall: 1, rise: 1,
                      tls: { bundle: members, server-name: member.test } }
                unchecked:
                  members: ["127.0.0.1:MEMBER"]
                  tls: { bundle: members, server-name: member.test }
                  health: { check: none }
                system: { members: ["127.0.0.1:MEMBER"], tls: { enabled: true }, health: { check: none } }
              listeners: { one: { bind: "127.0.0.1:PORT", pool: unchecked } }
            spring.cloud.gateway.server.webflux.routes:
              - { id: one, uri: "lb://unchecked", predicates: [ "Path=/**" ] }
            """;

    @TempDir
    private Path folder;

    private volatile SSLContext shown = showing(OURS);

    private static X509Bundle member(TestAuthority authority) {
        return authority.issue("member.test");
    }

    private static SSLContext showing(TestAuthority authority) {
        return authority.context(member(authority));
    }

    /** One connection for each request; only those who show a certificate of its authority are served. */
    private void serve(Socket plain) throws IOException {
        SSLSocket socket = (SSLSocket) shown.getSocketFactory().createSocket(plain, null, false);
        socket.setNeedClientAuth(true);
        if (RawServer.readHead(socket)) {
            RawServer.write(socket,
                    "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello");
            socket.close();
        }
    }

    private void trust(TestAuthority authority) {
        TestAuthority.write(authority.issue("gateway.test"), folder, "own");
        TestAuthority.write(authority.authority(), folder, "trusted");
    }

    private static boolean isUp(TestGateway gateway, String pool) {
        return gateway.bean(Pools.class).find(pool).orElseThrow().available();
    }

    private static String throughLayer4(int port) throws IOException {
        try (Wire client = new Wire(port)) {
            return client.send("GET / HTTP/1.1\r\nHost: h\r\n\r\n").readAll();
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FAST", "SLOW"})
    void checksAndConnectionsFollowRenewedFilesAndNoPoolIsTouched(Lane lane) throws Exception {
        trust(OURS);
        int port = Ports.free();
        try (RawServer member = new RawServer(this::serve);
                TestGateway gateway = TestGateway.start(
                        CONFIGURATION.replace("FOLDER", folder.toString())
                                .replace("MEMBER", Integer.toString(member.port()))
                                .replace("PORT", Integer.toString(port)),
                        "--headgate.fast-path.enabled=" + (lane == Lane.FAST))) {
            Pools pools = gateway.bean(Pools.class);
            await().until(() -> isUp(gateway, "checked") && isUp(gateway, "own-check"));
            assertThat(gateway.get("/").statusCode()).isEqualTo(200);
            assertThat(throughLayer4(port)).endsWith("hello");
            var before = pools.all().stream().map(pool -> pool.spec()).toList();

            shown = showing(OTHERS); // whom nobody trusts yet
            await().until(() -> !isUp(gateway, "checked") && !isUp(gateway, "own-check"));
            assertThat(gateway.get("/").statusCode()).isEqualTo(502);
            assertThat(throughLayer4(port)).doesNotContain("hello");

            trust(OTHERS);
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> isUp(gateway, "checked") && isUp(gateway, "own-check"));
            assertThat(gateway.get("/").statusCode()).isEqualTo(200);
            assertThat(throughLayer4(port)).endsWith("hello");

            assertThat(gateway.command("/actuator/reload", "{}").statusCode()).isEqualTo(200);
            assertThat(pools.all().stream().map(pool -> pool.spec()).toList()).isEqualTo(before);
        }
    }
}
