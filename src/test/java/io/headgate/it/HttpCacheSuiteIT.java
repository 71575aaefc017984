package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The public suite http-cache-tests against both lanes at once. {@code .ci/run} installs it; elsewhere the
 * variable HEADGATE_HTTP_CACHE_TESTS names the folder that it was installed in. docs/cache.md says why each
 * test that is expected to fail does.
 */
@NeedsTool({"env", "node"})
@SuppressWarnings("NullAway.Init")
class HttpCacheSuiteIT {

    private static final Set<String> REQUIRED = Set.of("age-parse-prefix", "stale-close-must-revalidate",
            "stale-close-no-cache", "stale-close-proxy-revalidate", "stale-close-s-maxage=2");
    /** The fast lane refuses the member's answer. */
    private static final String REFUSED = "headers-store-Transfer-Encoding";
    private static final Set<String> OPTIMAL = Set.of("conditional-lm-fresh-no-lm", "method-POST",
            "partial-store-partial-complete", "partial-store-partial-reuse-partial",
            "partial-store-partial-reuse-partial-absent", "partial-store-partial-reuse-partial-byterange",
            "partial-store-partial-reuse-partial-suffix", "vary-normalise-lang-select",
            "vary-normalise-space");

    /** The suite counts on answers within two seconds: what a busy machine spoils is tried again. */
    private static final int RUNS = 3;

    private static Path suite;
    private static Service origin;

    @BeforeAll
    static void start() throws IOException {
        String folder = System.getenv("HEADGATE_HTTP_CACHE_TESTS");
        if (folder == null || folder.isEmpty()) {
            throw new TestAbortedException(
                    "skipped: HEADGATE_HTTP_CACHE_TESTS does not name the suite's folder");
        }
        suite = Path.of(folder).toAbsolutePath().resolve("node_modules/http-cache-tests");
        origin = Service.start(suite, "env", "npm_config_protocol=http", "npm_config_port=PORT",
                "npm_config_pidfile=" + Files.createTempFile("suite", ".pid"), "node", "--no-warnings",
                "server/server.mjs");
    }

    @AfterAll
    static void stop() {
        if (origin != null) {
            origin.close();
        }
    }

    @Test
    void bothLanesFailNothingButWhatIsDocumented() throws Exception {
        Map<String, String> kinds = kinds();
        try (TestGateway fast = gateway(true); TestGateway slow = gateway(false)) {
            CompletableFuture<Set<String>> failedFast = CompletableFuture
                    .supplyAsync(() -> failed(fast, kinds));
            CompletableFuture<Set<String>> failedSlow = CompletableFuture
                    .supplyAsync(() -> failed(slow, kinds));
            Set<String> fastRequired = new TreeSet<>(REQUIRED);
            fastRequired.add(REFUSED);
            assertThat(of("required", failedFast.join(), kinds)).isEqualTo(fastRequired);
            assertThat(of("required", failedSlow.join(), kinds)).isEqualTo(new TreeSet<>(REQUIRED));
            assertThat(of("optimal", failedFast.join(), kinds)).isEqualTo(new TreeSet<>(OPTIMAL));
            assertThat(of("optimal", failedSlow.join(), kinds)).isEqualTo(new TreeSet<>(OPTIMAL));
        }
    }

    private static TestGateway gateway(boolean fast) {
        return TestGateway.start("""
                headgate.pools:
                  origin: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - id: cached
                    uri: lb://origin
                    predicates: [ "Path=/test/**" ]
                    filters:
                      - { name: Cache, args: { heuristic: 10, set-cookie: keep, stale-if-error: 1m } }
                  - { id: plain, uri: "lb://origin", predicates: [ "Path=/**" ] }
                """.formatted(origin.port()), "--headgate.fast-path.enabled=" + fast);
    }

    private static Set<String> of(String kind, Set<String> failed, Map<String, String> kinds) {
        Set<String> chosen = new TreeSet<>(failed);
        chosen.removeIf(id -> !kind.equals(kinds.get(id)));
        return chosen;
    }

    /** Of each test that is not for browsers: required, optimal or check. */
    private static Map<String, String> kinds() throws Exception {
        String lines = Tool.run(suite, "node", "--no-warnings", "--input-type=module", "-e", """
                import suites from './tests/index.mjs'
                import surrogate from './tests/surrogate-control.mjs'
                for (const suite of [...suites, surrogate]) {
                  for (const test of suite.tests) {
                    if (!test.browser_only) console.log(test.id + ' ' + (test.kind || 'required'))
                  }
                }
                """);
        Map<String, String> kinds = new TreeMap<>();
        lines.lines().map(line -> line.split(" ", 2)).forEach(pair -> kinds.put(pair[0], pair[1]));
        assertThat(kinds).hasSizeGreaterThan(300);
        return kinds;
    }

    /** What failed in every run; tests that only describe a cache fail or pass as they like. */
    private static Set<String> failed(TestGateway gateway, Map<String, String> kinds) {
        Set<String> failed = run(gateway);
        for (int i = 1; i < RUNS && isMoreThanExpected(failed, kinds); i++) {
            failed.retainAll(run(gateway));
        }
        return failed;
    }

    private static boolean isMoreThanExpected(Set<String> failed, Map<String, String> kinds) {
        return failed.stream().anyMatch(id -> !"check".equals(kinds.get(id)) && !REQUIRED.contains(id)
                && !OPTIMAL.contains(id) && !id.equals(REFUSED));
    }

    private static Set<String> run(TestGateway gateway) {
        try {
            String json = Tool.run(suite, "env", "npm_config_id=", "npm_package_config_id=",
                    "npm_config_base=http://127.0.0.1:" + gateway.port(), "node", "--no-warnings", "cli.mjs");
            Set<String> failed = new TreeSet<>();
            for (Map.Entry<String, JsonNode> test : JsonMapper.shared().readTree(json).properties()) {
                if (!test.getValue().isBoolean()) {
                    failed.add(test.getKey());
                }
            }
            return failed;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
