package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.Lane;
import io.headgate.testing.TestGateway;
import io.headgate.testing.TestKeys;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import reactor.netty.DisposableServer;
import reactor.netty.http.server.HttpServer;

/** curl and h2load over everything that the L7 port speaks. */
@NeedsTool({"curl", "h2load"})
@Timeout(120)
@SuppressWarnings("NullAway.Init") // set before all
class ProtocolsIT {

    private static final int LARGE = 20_000_000;

    @TempDir
    private static Path folder;

    private static DisposableServer member;
    private static TestKeys keys;
    private static TestGateway secured;
    private static TestGateway clear;
    private static TestGateway behindProxy;

    /** The member tells what it got: method, the body's length, and where it came from. */
    @BeforeAll
    static void start() throws Exception {
        member = HttpServer.create().host("127.0.0.1").port(0)
                .handle((request, response) -> response.sendString(
                        request.receive().map(part -> (long) part.readableBytes()).reduce(0L, Long::sum)
                                .map(length -> request.method() + " " + length + " "
                                        + request.requestHeaders().get("X-Forwarded-For") + " "
                                        + request.requestHeaders().get("X-Forwarded-Proto"))))
                .bindNow();
        keys = TestKeys.make();
        String[] tls = {"--server.ssl.bundle=test",
                "--spring.ssl.bundle.jks.test.keystore.location=file:" + keys.store(folder),
                "--spring.ssl.bundle.jks.test.keystore.password=secret"};
        secured = gateway(tls);
        clear = gateway();
        String[] proxied = Arrays.copyOf(tls, tls.length + 1);
        proxied[tls.length] = "--headgate.client.proxy-protocol.accept=127.0.0.0/8";
        behindProxy = gateway(proxied);
    }

    private static TestGateway gateway(String... arguments) {
        String[] all = Arrays.copyOf(arguments, arguments.length + 1);
        all[arguments.length] = "--server.http2.enabled=true";
        return TestGateway.start("""
                headgate.pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                headgate.client.max-body-size: 1GB
                spring.cloud.gateway.server.webflux.routes:
                  - { id: all, uri: "lb://p", predicates: [ "Path=/**" ] }
                """.formatted(member.port()), all);
    }

    @AfterAll
    static void stop() {
        secured.close();
        clear.close();
        behindProxy.close();
        member.disposeNow();
    }

    private static long served(TestGateway gateway, Lane lane) {
        return gateway.bean(MeterRegistry.class).find("headgate.requests")
                .tag("lane", lane.name().toLowerCase(Locale.ROOT)).timers().stream()
                .mapToLong(Timer::count).sum();
    }

    /** Version and status, then the body. */
    private static String curl(String url, String... options) throws Exception {
        List<String> command = new ArrayList<>(List.of(Tool.path("curl"), "-sS", "--max-time", "60",
                "--cacert", keys.authority(folder).toString(), "-w", "|%{http_version} %{http_code}"));
        command.addAll(Arrays.asList(options));
        command.add(url);
        return Tool.run(folder, command.toArray(new String[0]));
    }

    private static String https(TestGateway gateway) {
        return "https://127.0.0.1:" + gateway.port() + "/x";
    }

    private static String http(TestGateway gateway) {
        return "http://127.0.0.1:" + gateway.port() + "/x";
    }

    @Test
    void curlOverTls() throws Exception {
        String got = "GET 0 127.0.0.1 https";
        assertThat(curl(https(secured), "--http1.1")).isEqualTo(got + "|1.1 200");
        assertThat(curl(https(secured), "--http2")).isEqualTo(got + "|2 200");
        assertThat(curl(https(secured), "--http2-prior-knowledge")).isEqualTo(got + "|2 200");
        assertThat(curl(https(secured), "--http1.0")).isEqualTo(got + "|1.1 200");
        assertThat(curl(https(secured), "--http2", "--head")).startsWith("HTTP/2 200");
    }

    @Test
    void curlInClear() throws Exception {
        String got = "GET 0 127.0.0.1 http";
        assertThat(curl(http(clear), "--http1.1")).isEqualTo(got + "|1.1 200");
        assertThat(curl(http(clear), "--http2-prior-knowledge")).isEqualTo(got + "|2 200");
        assertThat(curl(http(clear), "--http2")).as("an offer to upgrade").isEqualTo(got + "|1.1 200");
    }

    @Test
    void curlBehindAProxyThatSaysWhoItIs() throws Exception {
        for (String version : List.of("--http1.1", "--http2")) {
            assertThat(curl(https(behindProxy), "--haproxy-protocol", version))
                    .startsWith("GET 0 127.0.0.1 https").endsWith(" 200");
        }
    }

    @ParameterizedTest
    @CsvSource({"true, --http1.1", "true, --http2", "false, --http1.1", "false, --http2-prior-knowledge",
            "false, --http2"})
    void aLargeBodyThatWaitsForContinue(boolean tls, String version) throws Exception {
        Path body = folder.resolve("body");
        Files.write(body, new byte[LARGE]);
        for (String framing : List.of("Content-Type: x/y", "Transfer-Encoding: chunked")) {
            assertThat(curl(tls ? https(secured) : http(clear), version, "-H", "Expect: 100-continue", "-H",
                    framing, "--expect100-timeout", "20", "--data-binary", "@" + body))
                    .as("%s %s", version, framing).startsWith("POST " + LARGE + " 127.0.0.1")
                    .endsWith(" 200");
        }
    }

    @ParameterizedTest
    @CsvSource({"true, ''", "true, --h1", "false, ''", "false, --h1"})
    void eachRequestOfH2loadIsAnsweredOnce(boolean tls, String protocol) throws Exception {
        TestGateway gateway = tls ? secured : clear;
        long before = served(gateway, Lane.FAST);
        List<String> command = new ArrayList<>(
                List.of(Tool.path("h2load"), "-n", "3000", "-c", "8", "-t", "1"));
        command.addAll(protocol.isEmpty() ? List.of("-m", "20") : List.of(protocol));
        command.add(tls ? https(gateway) : http(gateway));
        String report = Tool.run(folder, command.toArray(new String[0]));
        assertThat(report).contains("3000 done, 3000 succeeded, 0 failed, 0 errored, 0 timeout",
                "status codes: 3000 2xx, 0 3xx, 0 4xx, 0 5xx");
        Matcher spoken = Pattern.compile("Application protocol: (\\S+)").matcher(report);
        assertThat(spoken.find()).as(report).isTrue();
        assertThat(spoken.group(1)).isEqualTo(protocol.isEmpty() ? tls ? "h2" : "h2c" : "http/1.1");
        await().untilAsserted(() -> assertThat(served(gateway, Lane.FAST) - before).isEqualTo(3000));
    }
}
