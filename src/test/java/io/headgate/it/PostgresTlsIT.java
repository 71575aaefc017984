package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two PostgreSQLs with TLS behind one port, told apart by the name that psql asks for. */
@NeedsTool({"initdb", "postgres", "pg_isready", "psql", "setpriv"})
class PostgresTlsIT {

    @TempDir
    Path folder = Path.of("");

    @Test
    void psqlReachesTheDatabaseOfItsName() throws Exception {
        TestAuthority keys = TestAuthority.ours();
        Path authority = Files.writeString(folder.resolve("authority.crt"),
                keys.authority().getCertificatePathPEM());
        TestAuthority.write(keys.issue("gate.db.test"), folder, "gate");
        int byName = Ports.free();
        int ended = Ports.free();
        try (PostgresServer one = new PostgresServer(folder, "one", keys.issue("one.db.test"));
                PostgresServer two = new PostgresServer(folder, "two", keys.issue("two.db.test"));
                PostgresServer plain = new PostgresServer(folder, "plain", null);
                TestGateway gateway = TestGateway.start("""
                        spring.ssl.bundle.pem.gate.keystore:
                          { certificate: "file:%1$s/gate.crt", private-key: "file:%1$s/gate.key" }
                        spring.ssl.bundle.pem.authority.truststore.certificate: "file:%2$s"
                        headgate:
                          pools:
                            one: { members: [ "%3$s" ], health: { check: none } }
                            two: { members: [ "%4$s" ], health: { check: none } }
                            plain: { members: [ "%5$s" ], health: { check: none } }
                            again:
                              members: [ "%3$s" ]
                              health: { check: none }
                              tls: { bundle: authority, server-name: one.db.test }
                          listeners:
                            by-name:
                              bind: "127.0.0.1:%6$d"
                              starttls: postgres
                              sni:
                                - { names: [ one.db.test ], pool: one }
                                - { names: [ two.db.test ], pool: two }
                                - { names: [ plain.db.test ], pool: plain }
                            ended:
                              bind: "127.0.0.1:%7$d"
                              starttls: postgres
                              pool: again
                              tls: { bundle: gate }
                        """.formatted(folder, authority, one.address(), two.address(), plain.address(),
                        byName, ended))) {
            for (int i = 0; i < 3; i++) {
                assertThat(port("one.db.test", byName)).isEqualTo(one.port());
                assertThat(port("two.db.test", byName)).isEqualTo(two.port());
            }
            assertThatThrownBy(() -> port("three.db.test", byName)).isInstanceOf(AssertionError.class);
            assertThatThrownBy(() -> port("plain.db.test", byName)).isInstanceOf(AssertionError.class);

            assertThat(port("gate.db.test", ended)).isEqualTo(one.port());

            two.kill();
            assertThatThrownBy(() -> port("two.db.test", byName)).isInstanceOf(AssertionError.class);
            assertThat(port("one.db.test", byName)).isEqualTo(one.port());
            await().untilAsserted(() -> assertThat(gateway.manage("/actuator/pools/one").body())
                    .contains("\"inFlight\":0"));
        }
    }

    /** Asks a server for the port that it has itself; its certificate must be the name's. */
    private int port(String name, int through) throws IOException, InterruptedException {
        String target = "host=" + name + " hostaddr=127.0.0.1 port=" + through
                + " user=postgres dbname=postgres sslmode=verify-full connect_timeout=10 sslrootcert="
                + folder.resolve("authority.crt");
        return Integer.parseInt(Tool.run(folder, Tool.path("psql"), "-X", "-q", "-A", "-t", target, "-c",
                "show port").strip());
    }
}
