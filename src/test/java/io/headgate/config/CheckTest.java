package io.headgate.config;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.Headgate;
import io.headgate.testing.RawServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class CheckTest {

    private static final String ROUTES = "spring.cloud.gateway.server.webflux.routes";

    @TempDir
    private Path folder;

    private record Result(int status, String text) {}

    @Test
    void aGoodConfigurationIsValidAndNothingIsBoundOrConnectedTo() throws Exception {
        try (RawServer taken = new RawServer(socket -> {
            throw new AssertionError("a member was checked");
        })) {
            // Every port is taken, as by the gateway that runs beside.
            Result result = check("""
                    server.port: %1$d
                    headgate:
                      pools: { db: { members: ["127.0.0.1:%1$d"] } }
                      listeners: { one: { bind: "127.0.0.2:%1$d", pool: db, splice: off } }
                    spring.cloud.gateway.server.webflux.routes:
                      - { id: one, uri: "lb://db", predicates: [ "Path=/**" ] }
                    """.formatted(taken.port()), "--server.address=127.0.0.1", "--management.server.port=0");
            assertThat(result).isEqualTo(new Result(0, "The configuration is valid.\n"));
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "headgate.pools.a.balence: random          | headgate.pools.a.balence: random (expected: a known property) [application.yml:1:27]",
            "management.server.address: 0.0.0.0        | management.server.address: 0.0.0.0 (expected: a loopback address, such as 127.0.0.1) [application.yml:1:28]",
            "server.port: http                         | server.port: http (expected: ",
            "headgate: { pools: [                      | (expected: YAML) [application.yml:1:",
            "spring.config.import: 'vault://x' | spring.config.import:  (expected: locations that a library on the class path reads)",
            "logging.level.web: LOUD | logging.level.web: LOUD (expected: one of trace, debug, info, warn, error, fatal, off) [application.yml:1:20]",
            "server.ssl.key-store: application.yml | server.ssl.key-store: application.yml (expected: a key store of type PKCS12)"})
    void eachBrokenConfigurationIsToldWithWhatWasExpected(String yaml, String message) throws Exception {
        Result result = check(yaml);
        assertThat(result.text()).contains(message).startsWith("The configuration has one fault:");
        assertThat(result.status()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
            "spring.config.import: 'file:FOLDER/other.yml'      | other.yml",
            "spring.config.import: other.yml                    | other.yml",
            "spring: { config: { import: ['optional:file:FOLDER/other.yml'] } } | other.yml",
            "spring.profiles.active: blue                       | application-blue.yml"})
    void aFileThatIsNoYamlIsNamedWhereverItIs(String yaml, String broken) throws Exception {
        Files.writeString(folder.resolve(broken), "headgate:\n  pools: { a: [\n");
        Result result = check(yaml.replace("FOLDER", folder.toString()));
        assertThat(result.text()).contains("(expected: YAML) [" + broken + ":3:1]")
                .startsWith("The configuration has one fault:");
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void whatALibraryOrALogConfigurationReadsIsNoFault() throws Exception {
        Path logback = Files.writeString(folder.resolve("logback.xml"), "<configuration/>");
        assertThat(check("""
                logging: { config: "%s", file.name: other.log }
                spring.cloud.gateway.server.webflux.httpclient.connect-timeout: 1000
                resilience4j.circuitbreaker.configs.default.sliding-window-size: 10
                """.formatted(logback)).status()).isZero();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', value = {
            "headgate.pools.a.members: []              | headgate.pools.a.members: [] (expected: members, or discovery)",
            "spring.main.lazy-initialisation: true     | Did you mean lazy-initialization? There is no lazy-initialisation.",
            "spring.profiles.active: blu               | spring.profiles.active: blu (expected: a profile that a file is for)",
            "spring.cloud.gateway.server.webflux.routes: [ { id: one, uri: 'http://h/base', predicates: [ 'Path=/**' ] } ] | Add the filter PrefixPath=/base, if it is meant."})
    void whatIsProbablyNotMeantIsAWarning(String yaml, String message) throws Exception {
        Result result = check(yaml);
        assertThat(result.text()).startsWith("The configuration is valid.\n\nThere is one warning:\n")
                .contains(message);
        assertThat(result.status()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {
            "servers.one: a\nspring.application.name: \"${servers.one}\"",
            "my-own.port: 80",
            "server.maxHttpRequestHeaderSize: 8KB\nmanagement.endpoints.web.basePath: /m",
            "management.endpoint.pools.access: none\nmanagement.health.own.enabled: false",
            "spring: { profiles.active: blue }\n---\nspring.config.activate.on-profile: [ blue, green ]",
            "spring.cloud.gateway.server.webflux.globalcors.cors-configurations: { '[/**]': { allowedOrigins: '*' } }"})
    void whatIsReadIsNeither(String yaml) throws Exception {
        assertThat(check(yaml)).isEqualTo(new Result(0, "The configuration is valid.\n"));
    }

    @Test
    void aBrokenFileOfAProfileThatIsNotActiveDoesNoHarm() throws Exception {
        Files.writeString(folder.resolve("application-green.yml"), "headgate: [");
        assertThat(check("spring.profiles.active: blue").status()).isZero();
    }

    @Test
    void theFaultsOfRoutesAreToldToo() throws Exception {
        assertThat(
                check("""
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: one, uri: "lb://nowhere", predicates: [ "Pth=/x" ] }
                          - { id: two, uri: "http://127.0.0.1:1", predicates: [ "Path=/x" ], filters: [ "StripPrefix=x" ] }
                        """)
                        .text())
                .contains("3 faults", ROUTES + "[0].uri: lb://nowhere", ROUTES + "[0].predicates[0]: Pth",
                        "Did you mean Path?", ROUTES + "[1].filters[0]: StripPrefix [x]");
    }

    @Test
    void namesThatNothingReadsAreFaults() throws Exception {
        Result result = check(
                """
                        headgate.pools.a.members: [ "127.0.0.1:9" ]
                        headgate.listeners.db:
                          bind: 127.0.0.1:0
                          sni:
                            - { names: [ "ok.example.org.", "*.Bücher.example", "*" ], pool: a }
                            - { names: [ "shop.example.org:443", "shop.*.org", " a.org" ], pool: a }
                        spring.cloud.gateway.server.webflux:
                          default-filters: [ { name: AddRequestHeader, args: { name: X-A, valu: b } } ]
                          routes:
                            - id: one
                              uri: lb:ws://a
                              predicates: [ { name: Host, args: { patterns: "a.org", foo: 1 } } ]
                              metadata: { response-timeout: notanumber }
                              filters:
                                - { name: Retry, args: { retrie: 3, backoff: { firstBackoff: 10ms } } }
                                - { name: Retry, args: { backoff: { firstBackof: 10ms, max-backoff: 1s }, jitter.factor: 0.5 } }
                                - { name: RequestSize, args: { maxSiz: 1000, max-size: 1000 } }
                                - StripPrefix=1
                            - { id: two, uri: "no://op", predicates: [ "Path=/**" ], filters: [ "RedirectTo=302, /a" ] }
                            - { id: three, uri: "lb:ws://b", predicates: [ "Path=/**" ] }
                        """);
        assertThat(result.text()).contains(".filters[0].args.retrie: 3 (expected: an argument of Retry)",
                "Did you mean retries?",
                ".filters[1].args.backoff.firstBackof: 10ms (expected: an argument of Retry)",
                "Did you mean firstBackoff?", ".filters[1].args.jitter.factor: 0.5",
                ".filters[2].args.maxSiz: 1000", "Did you mean maxSize?",
                ".predicates[0].args.foo: 1 (expected: an argument of Host)",
                "default-filters[0].args.valu: b", "response-timeout: notanumber (expected: milliseconds",
                ".sni[1].names[0]: shop.example.org:443", ".sni[1].names[1]: shop.*.org",
                ".sni[1].names[2]:  a.org",
                ".routes[2].uri: lb:ws://b");
        assertThat(result.text()).doesNotContain("args.backoff.firstBackoff", "max-backoff", "args.max-size",
                "lb:ws://a", "no://op",
                "sni[0]");
        assertThat(result.status()).isEqualTo(1);
    }

    @Test
    void aRouteThatNoRequestCanTakeIsAFault() throws Exception {
        String text = check(
                """
                        headgate.pools.a.members: [ "127.0.0.1:9" ]
                        spring.cloud.gateway.server.webflux.routes:
                          - id: dead
                            uri: lb://a
                            predicates:
                              - { name: Host, args: { patterns: [ "https://a.org", "a.org/x", " b.org", "c.org:http", "" ] } }
                              - Path=orders/**
                              - Method=get
                          - id: alive
                            uri: lb://a
                            predicates:
                              - Host=**.A.org,*,{sub:[A-Z]{2}}.b_c.org.,bücher.example,d.org:8080,{x}:{port},[::1]:8080
                              - Path=/**,orders/**
                              - Method=GET,post
                              - Host=shop.example.org,https://shop.example.org
                        """)
                .text();
        assertThat(text).contains("7 faults", "[0].predicates[0]: https://a.org (expected: a host name",
                "a.org/x", " b.org", "c.org:http", "[0].predicates[1]: orders/**",
                "[0].predicates[2]: get (expected: GET)").doesNotContain("routes[1]");
        assertThat(check("""
                headgate.pools.a.members: [ "127.0.0.1:9" ]
                spring.cloud.gateway.server.webflux:
                  predicate.host.include-port: false
                  routes: [ { id: dead, uri: "lb://a", predicates: [ "Host=a.org:80" ] } ]
                """).text()).contains("one fault", "without a port");
        assertThat(check("""
                headgate.pools.a.members: [ "127.0.0.1:9" ]
                spring.webflux.base-path: /api
                spring.cloud.gateway.server.webflux.routes:
                  - { id: based, uri: "lb://a", predicates: [ "Path=orders/**" ] }
                """).text()).isEqualTo("The configuration is valid.\n");
    }

    /** The remedy that is named leads to a file that is valid. */
    @Test
    void migratePrintsTheFileWithTheNamesOfToday() throws Exception {
        String old = """
                headgate.pools.orders.members: [ "127.0.0.1:9" ]
                spring:
                  cloud:
                    gateway:
                      routes: [ { id: orders, uri: "lb://orders", predicates: [ "Path=/**" ] } ]
                """;
        assertThat(check(old).text()).contains("--check --migrate prints");
        Result migrated = check(old, "--check", "--migrate");
        assertThat(migrated).isEqualTo(new Result(0, old.replace("gateway:", "gateway.server.webflux:")));
        assertThat(check(migrated.text())).isEqualTo(new Result(0, "The configuration is valid.\n"));
    }

    @Test
    void aFaultOfBootsOwnPropertiesDoesNotHideOurs() throws Exception {
        assertThat(check("""
                server: { port: http, address: "300.1.1.1 " }
                headgate.pools.a.balance: fastest
                """).text()).contains("3 faults", "server.port: http", "server.address: 300.1.1.1",
                "headgate.pools.a.balance: fastest");
    }

    @Test
    void jsonHasTheSame() throws Exception {
        Result bad = check("headgate.pools.a.balance: fastest", "--check=json");
        JsonNode report = new JsonMapper().readTree(bad.text());
        assertThat(bad.status()).isEqualTo(1);
        assertThat(report.get("valid").asBoolean()).isFalse();
        assertThat(report.at("/faults/0/property").asString()).isEqualTo("headgate.pools.a.balance");
        assertThat(report.at("/faults/0/where").asString()).isEqualTo("application.yml:1:27");
        Result good = check("headgate.pools.a.balance: round-robin", "--check=json");
        assertThat(good.status()).isZero();
        assertThat(new JsonMapper().readTree(good.text()).at("/faults").isEmpty()).isTrue();
    }

    @Test
    void aWrongFormIsRefused() throws Exception {
        assertThat(check("", "--check=xml"))
                .isEqualTo(new Result(1, "--check=xml (expected: --check or --check=json)\n"));
        assertThat(Check.isWanted("--server.port=1", "--checks")).isFalse();
        assertThat(Check.isWanted("--server.port=1", "--check")).isTrue();
    }

    private Result check(String yaml, String... arguments) throws IOException {
        Path file = folder.resolve("application.yml");
        Files.writeString(file, yaml);
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--spring.config.location=classpath:/application.yml,file:" + file);
        if (!Check.isWanted(arguments)) {
            all.add("--check");
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        int status = Check.run(Headgate.class, all.toArray(String[]::new),
                new PrintStream(out, true, UTF_8));
        return new Result(status, out.toString(UTF_8));
    }
}
