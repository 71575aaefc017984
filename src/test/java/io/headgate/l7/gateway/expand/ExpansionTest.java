package io.headgate.l7.gateway.expand;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What came as one segment leaves as one, and what filters made is looked at once more, on both lanes. */
class ExpansionTest {

    private static RawServer member;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        member = new RawServer(ExpansionTest::echo);
        StringBuilder routes = new StringBuilder();
        for (String lane : new String[]{"fast", "slow"}) {
            route(routes, lane, "set/{seg}/x", "'SetPath=/got/{seg}'");
            route(routes, lane, "rest/{*rest}", "'SetPath=/got{rest}'");
            route(routes, lane, "part/a-{seg}", "'SetPath=/got/{seg}'");
            route(routes, lane, "prefix/{seg}/x", "'PrefixPath=/t/{seg}'");
            route(routes, lane, "add/{seg}/x", "'AddRequestParameter=who, u-{seg}'");
            route(routes, lane, "host/{seg}/x", "'SetRequestHostHeader={seg}.example.org'");
            route(routes, lane, "header/{seg}/x", "'SetRequestHeader=Host, {seg}', PreserveHostHeader");
            route(routes, lane, "rewrite/{seg}/x", "'RewritePath=/\\w+/rewrite/_(?<a>.*)_/x, /got/$\\{a}/y'");
        }
        gateway = TestGateway.start("""
                headgate.pools.a: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                %s  - id: uri
                    uri: no://op
                    predicates: [ "Path=/uri/{seg}/{port}" ]
                    filters: [ "SetRequestUri=http://{seg}:%d/u/{seg}?q={seg}" ]
                """.formatted(member.port(), routes, member.port()).replace("no://op", "http://127.0.0.1:1"));
    }

    private static void route(StringBuilder routes, String lane, String path, String filters) {
        boolean slow = lane.equals("slow");
        routes.append("""
                  - id: %s-%s
                    uri: lb://a
                    predicates: [ "Path=/%s/%s" ]
                    filters: [ %s%s ]
                """.formatted(lane, path.split("/", 2)[0], lane, path, filters,
                slow ? ", FallbackHeaders" : ""));
    }

    /** Answers with the target and the host that it got. */
    private static void echo(Socket socket) throws IOException {
        BufferedReader in = new BufferedReader(
                new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
        for (String line = in.readLine(); line != null; line = in.readLine()) {
            String answer = line.split(" ", -1)[1];
            for (String header = in.readLine(); header != null && !header.isEmpty(); header = in.readLine()) {
                if (header.regionMatches(true, 0, "host: ", 0, 6)) {
                    answer += " " + header.substring(6);
                }
            }
            RawServer.write(socket,
                    "HTTP/1.1 200 OK\r\nContent-Length: " + (answer.length() + 2) + "\r\n\r\n<"
                            + answer + ">");
        }
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    @ParameterizedTest
    @CsvSource({"set/plain/x, /got/plain", "set/..%2Fadmin/x, /got/..%2Fadmin",
            "set/..%2f..%2fadmin/x, /got/..%2f..%2fadmin", "set/%2e%2e%2Fadmin/x, /got/%2e%2e%2Fadmin",
            "set/%2Fevil.org/x, /got/%2Fevil.org", "set/caf%E9/x, /got/caf%E9",
            "set/caf%C3%A9/x, /got/caf%C3%A9", "set/%25/x, /got/%25", "set/a%3Fb%23c/x, /got/a%3Fb%23c",
            "set/a;p=1/x, /got/a", "set/a%3Bp/x, /got/a%3Bp", "set/$&'()*+%2B=:@/x, /got/$&'()*+%2B=:@",
            "rest/a/b%20c;p/d, /got/a/b%20c/d", "rest/, /got/", "rest/a%2Fb/c, 400",
            "part/a-b%2F..%2Fc, /got/b%2F..%2Fc", "part/a-b+c, /got/b+c", "part/a-%E9, 400", "part/a-.., 400",
            "part/a-%2E%2E, 400", "prefix/..%2Fadmin/x, /t/..%2Fadmin/LANE/prefix/..%2Fadmin/x",
            "add/%26admin%3D1/x, /LANE/add/%26admin%3D1/x?who=u-%26admin%3D1",
            "add/a=b&c=d+e/x?z=1, /LANE/add/a=b&c=d+e/x?z=1&who=u-a%3Db%26c%3Dd%2Be",
            "add/caf%E9%2F/x, /LANE/add/caf%E9%2F/x?who=u-caf%E9%2F", "rewrite/_.._/x, 400",
            "rewrite/_a_/x, /got/a/y", "rewrite/_%2e_/x, 400"})
    void aSegmentStaysOne(String path, String expected) throws IOException {
        for (String lane : new String[]{"fast", "slow"}) {
            String answer = ask("/" + lane + "/" + path);
            if (expected.equals("400")) {
                assertThat(answer).startsWith("HTTP/1.1 400").contains("\"reason\":\"bad-request\"");
            } else {
                assertThat(answer).contains("<" + expected.replace("LANE", lane) + " 127.0.0.1:");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"host/shop/x, shop.example.org", "host/evil%2Fx/y, 404", "host/evil%2Fx/x, 400",
            "host/a%3A80/x, 400", "host/a%40b/x, 400", "host/%E9/x, 400", "host/a%20b/x, 400",
            "header/shop/x, shop", "header/a%2Fb/x, 400", "header/a%5Bb/x, 400"})
    void aHostIsOne(String path, String expected) throws IOException {
        for (String lane : new String[]{"fast", "slow"}) {
            String answer = ask("/" + lane + "/" + path);
            if (expected.length() == 3) {
                assertThat(answer).startsWith("HTTP/1.1 " + expected);
            } else {
                assertThat(answer).contains("<", " " + expected + ">");
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"127.0.0.1, /u/127.0.0.1?q=127.0.0.1", "127.0.0.1%2Fevil%3F, 400", "x@127.0.0.1%23, 400",
            "127.0.0.1:1%2F, 400"})
    void aVariableDoesNotMoveTheHostOfAUri(String segment, String expected) throws IOException {
        String answer = ask("/uri/" + segment + "/1");
        assertThat(answer).contains(expected.equals("400") ? "HTTP/1.1 400" : "<" + expected);
    }

    private static String ask(String target) throws IOException {
        try (Wire client = new Wire(gateway.port())) {
            return client.send("GET " + target + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
                    .readAll();
        }
    }
}
