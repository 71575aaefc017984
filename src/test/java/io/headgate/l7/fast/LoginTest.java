package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * NTLM and Negotiate log a connection in and not a request: whoever's request goes to a member by that
 * connection is served as that user.
 */
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
@SuppressWarnings({"StringConcatToTextBlock", "NullAway.Init"}) // HTTP ends its lines with CRLF
class LoginTest {

    private static final int OTHERS = 20;
    private static final String GET = "GET /whoami HTTP/1.1\r\nHost: h\r\n";

    private static ScriptedMember member;
    private static TestGateway gateway;

    private final boolean fast;

    LoginTest(boolean fast) {
        this.fast = fast;
    }

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) throws IOException {
        member = new ScriptedMember((wire, connection, seen) -> {
            String user = "";
            for (String head = wire.head(); !head.isBlank(); head = wire.head()) {
                String credentials = credentials(head);
                String step = credentials.isEmpty()
                        ? ""
                        : credentials.substring(credentials.indexOf(' ') + 1);
                if (step.startsWith("T1-")) {
                    wire.send("HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: " + credentials.split(" ", 2)[0]
                            + " T2-" + connection + "\r\nContent-Length: 0\r\n\r\n");
                    continue;
                }
                if (head.startsWith("GET /open ")) {
                    wire.send("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
                    continue;
                }
                if (step.startsWith("T3-" + connection + "-")) {
                    user = step.substring(step.lastIndexOf('-') + 1);
                } else if (step.startsWith("K-")) {
                    user = step.substring(2);
                }
                wire.send(user.isEmpty()
                        ? "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"a, b\", nTLM\r\n"
                                + "WWW-Authenticate: Negotiate\r\nContent-Length: 0\r\n\r\n"
                        : "HTTP/1.1 200 OK\r\n"
                                + (step.startsWith("K-") ? "WWW-Authenticate: Negotiate oRQ=\r\n" : "")
                                + "Content-Length: " + user.length() + "\r\n\r\n" + user);
            }
        });
        gateway = TestGateway.start("""
                headgate.pools.p: { members: [ "127.0.0.1:%1$d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: fixed, uri: "http://127.0.0.1:%1$d", predicates: [ "Path=/fixed" ] }
                  - id: mapped
                    uri: lb://p
                    predicates: [ "Path=/mapped" ]
                    filters: [ "MapRequestHeader=X-Login, Authorization" ]
                  - { id: p, uri: "lb://p", predicates: [ "Path=/**" ] }
                """.formatted(member.port()), "--headgate.fast-path.enabled=" + fast,
                "--server.http2.enabled=true");
        await().until(() -> gateway.bean(FastPath.class).routes().routes().size() == 3);
    }

    private static String credentials(String head) {
        return head.lines().filter(line -> line.toLowerCase(Locale.ROOT).startsWith("authorization: "))
                .findFirst().map(line -> line.substring(15).strip()).orElse("");
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    private static String ask(Wire client, String more) throws IOException {
        return client.send(GET + more + "\r\n").message();
    }

    private static void nobodyElseIsServedAsThatUser() throws IOException {
        try (FrameClient streams = new FrameClient(gateway.port())) {
            for (int i = 0; i < OTHERS; i++) {
                if (i % 2 == 0) {
                    String path = i % 4 == 0 ? "/fixed" : "/whoami";
                    assertThat(streams.whole(streams.get(path)).status()).isEqualTo(401);
                } else {
                    try (Wire other = new Wire(gateway.port())) {
                        assertThat(ask(other, "")).startsWith("HTTP/1.1 401 ");
                    }
                }
            }
        }
    }

    /** As Kerberos does it where the client sends its ticket unasked. */
    @ParameterizedTest
    @ValueSource(strings = {"/whoami Authorization: Negotiate K-hans",
            "/whoami AUTHORIZATION: negotiate K-hans",
            "/fixed Authorization: NTLM K-hans", "/mapped X-Login: Negotiate K-hans",
            "/whoami Authorization: Kerberos K-hans", "/whoami Authorization: CredSSP K-hans"})
    void aLoginOfOneStepIsTheClientsAlone(String what) throws IOException {
        String[] parts = what.split(" ", 2);
        try (Wire hans = new Wire(gateway.port())) {
            hans.send("GET " + parts[0] + " HTTP/1.1\r\nHost: h\r\n" + parts[1] + "\r\n\r\n");
            assertThat(hans.message()).startsWith("HTTP/1.1 200 ").endsWith("hans");
            nobodyElseIsServedAsThatUser();
        }
        nobodyElseIsServedAsThatUser();
    }

    @Test
    void aLoginByAStreamIsTheClientsAlone() throws IOException {
        try (FrameClient hans = new FrameClient(gateway.port())) {
            FrameAnswer answer = hans
                    .whole(hans.get("/whoami", "authorization", "Negotiate K-hans"));
            assertThat(answer.body()).isEqualTo("hans");
            nobodyElseIsServedAsThatUser();
        }
        nobodyElseIsServedAsThatUser();
    }

    /** On the fast lane the member's connection stays the client's; on the slow one it ends. */
    @Test
    void aLoginOfThreeStepsSucceedsOnTheFastLane() throws IOException {
        try (Wire anna = new Wire(gateway.port())) {
            assertThat(ask(anna, "")).startsWith("HTTP/1.1 401 ");
            String challenge = ask(anna, "Authorization: NTLM T1-\r\n");
            assertThat(challenge).startsWith("HTTP/1.1 401 ").contains("T2-");
            nobodyElseIsServedAsThatUser(); // nor do they disturb it
            String last = ask(anna, "Authorization: NTLM T3-" + number(challenge) + "-anna\r\n");
            assertThat(last).startsWith(fast ? "HTTP/1.1 200 " : "HTTP/1.1 401 ");
            nobodyElseIsServedAsThatUser();
            if (fast) {
                assertThat(ask(anna, "")).endsWith("anna");
            }
        }
        nobodyElseIsServedAsThatUser();
    }

    @Test
    void streamsOfAClientShareItsLoginOnTheFastLane() throws IOException {
        try (FrameClient anna = new FrameClient(gateway.port())) {
            FrameAnswer challenge = anna.whole(anna.get("/whoami", "authorization", "NTLM T1-"));
            assertThat(anna.whole(anna.get("/whoami")).status()).as("beside the login").isEqualTo(401);
            FrameAnswer last = anna.whole(anna.get("/whoami", "authorization",
                    "NTLM T3-" + number(challenge.head()) + "-anna"));
            assertThat(last.status()).isEqualTo(fast ? 200 : 401);
            nobodyElseIsServedAsThatUser();
        }
        nobodyElseIsServedAsThatUser();
    }

    private static String number(String challenge) {
        return challenge.substring(challenge.indexOf("T2-") + 3).lines().findFirst().orElseThrow();
    }

    /** Neither Basic nor Bearer says anything of the connection, whatever the letters are in it. */
    @Test
    void otherCredentialsLeaveTheConnectionForEverybody() throws IOException {
        int before = member.connections.get();
        for (int i = 0; i < OTHERS; i++) {
            try (Wire client = new Wire(gateway.port())) {
                client.send("GET /open HTTP/1.1\r\nHost: h\r\nAuthorization: "
                        + (i % 2 == 0 ? "Basic TlRMTQ==" : "Bearer NTLM.x, NTLM-like") + "\r\n\r\n");
                assertThat(client.message()).startsWith("HTTP/1.1 200 ");
            }
        }
        assertThat(member.connections.get() - before).isLessThan(OTHERS);
    }
}
