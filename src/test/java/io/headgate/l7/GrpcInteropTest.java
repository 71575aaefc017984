package io.headgate.l7;

import io.headgate.testing.Ports;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The interoperability cases of gRPC, by its own client and server of Java, through the gateway. */
@SuppressWarnings("NullAway.Init")
@EnabledIf(value = "io.headgate.l7.InteropPrograms#areThere", disabledReason = "the build has to say where they are")
class GrpcInteropTest {

    enum Way {
        CLEAR,
        /** TLS from the client, and to the member. */
        SECURED,
        SLOW_LANE
    }

    private static final int HTTPS = Ports.free();
    private static final int CLEAR = Ports.free();
    private static final int SECURED = Ports.free();

    private static InteropPrograms programs;
    private static AutoCloseable clear;
    private static AutoCloseable secured;
    private static TestGateway gateway;

    @BeforeAll
    static void start(@TempDir Path folder) throws IOException, ReflectiveOperationException {
        programs = InteropPrograms.load();
        for (String file : List.of("ca.pem", "server1.pem", "server1.key")) {
            programs.copy("certs/" + file, folder);
        }
        clear = programs.server("--port=" + CLEAR, "--use_tls=false");
        secured = programs.server("--port=" + SECURED, "--use_tls=true");
        gateway = TestGateway
                .start("""
                        server.http2.enabled: true
                        spring.ssl.bundle.pem.theirs:
                          keystore: { certificate: "%1$s/server1.pem", private-key: "%1$s/server1.key" }
                          truststore: { certificate: "%1$s/ca.pem" }
                        headgate:
                          listeners:
                            secure: { bind: "127.0.0.1:%2$d", protocol: http, tls: { bundle: theirs } }
                          pools:
                            clear: { members: [ "127.0.0.1:%3$d" ], protocol: h2c, health: { check: none } }
                            secured: { members: [ "127.0.0.1:%4$d" ], protocol: h2, health: { check: none },
                                       tls: { bundle: theirs, server-name: foo.test.google.fr } }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: secured, uri: "lb://secured", predicates: [ "Path=/**", "Listener=secure" ] }
                          - { id: slow, uri: "lb://clear", predicates: [ "Path=/**", "Host=slow.test*" ], filters: [ SaveSession ] }
                          - { id: clear, uri: "lb://clear", predicates: [ "Path=/**" ] }
                        """
                        .formatted(folder, HTTPS, CLEAR, SECURED));
    }

    @AfterAll
    static void stop() throws Exception {
        gateway.awaitIdle();
        gateway.close();
        clear.close();
        secured.close();
        programs.close();
    }

    static Stream<Arguments> cases() throws IOException, ReflectiveOperationException {
        List<String> all = InteropPrograms.cases();
        return Stream.of(Way.values()).flatMap(way -> all.stream().map(name -> Arguments.of(way, name)));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void passes(Way way, String name) throws ReflectiveOperationException {
        programs.run(name, List.of("--server_host=127.0.0.1",
                "--server_port=" + (way == Way.SECURED ? HTTPS : gateway.port()),
                "--use_tls=" + (way == Way.SECURED), "--use_test_ca=true",
                "--server_host_override="
                        + (way == Way.SLOW_LANE ? "slow.test.google.fr" : "foo.test.google.fr")));
    }
}
