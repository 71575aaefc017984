package io.headgate.l7.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What Spring Cloud Gateway's filters do in it, they do here. */
class FaithfulTest {

    private static RawServer quick;
    private static RawServer silent;
    private static TestGateway gateway;

    @BeforeAll
    static void start() {
        quick = new RawServer(RawServer.answering("ok"));
        silent = new RawServer(RawServer::swallow);
        gateway = TestGateway.start("""
                headgate.pools.quick: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                headgate.pools.silent:
                  members: [ "127.0.0.1:%d" ]
                  health: { check: none }
                  timeouts: { response: 300ms }
                spring.cloud.gateway.server.webflux.routes:
                  - id: retry
                    uri: lb://silent
                    predicates: [ "Path=/retry" ]
                    filters: [ { name: Retry, args: { retries: 3 } } ]
                  - id: retry-metadata
                    uri: lb://silent
                    predicates: [ "Path=/own" ]
                    metadata: { response-timeout: 200 }
                    filters: [ { name: Retry, args: { retries: 3 } } ]
                  - id: retry-status
                    uri: lb://silent
                    predicates: [ "Path=/status-504" ]
                    filters: [ { name: Retry, args: { retries: 3, statuses: GATEWAY_TIMEOUT } } ]
                  - id: status
                    uri: lb://quick
                    predicates: [ "Path=/status" ]
                    filters: [ SetStatus=432, { name: Retry, args: { retries: 1 } } ]
                  - id: status-fast
                    uri: lb://quick
                    predicates: [ "Path=/status-fast" ]
                    filters: [ SetStatus=432 ]
                  - id: nowhere
                    uri: no://op
                    predicates: [ "Path=/moved" ]
                    filters: [ "RedirectTo=302, /elsewhere" ]
                """.formatted(quick.port(), silent.port()));
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        quick.close();
        silent.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"/retry", "/own", "/status-504"})
    void retryRepeatsWhatWasNotAnsweredInTime(String path) {
        int before = silent.accepted();
        assertThat(gateway.get(path).statusCode()).isEqualTo(504);
        assertThat(silent.accepted() - before).isEqualTo(4);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/status", "/status-fast"})
    void aStatusWithoutANameIsSet(String path) {
        assertThat(gateway.get(path).statusCode()).isEqualTo(432);
    }

    @Test
    void aRouteThatAnswersItselfNeedsNoTarget() {
        assertThat(gateway.get("/moved").headers().firstValue("Location")).contains("/elsewhere");
    }
}
