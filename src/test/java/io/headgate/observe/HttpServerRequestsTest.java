package io.headgate.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.headgate.l7.Lane;
import io.headgate.l7.ServedRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class HttpServerRequestsTest {

    /** Each would have a table of its own, for as long as the process lives. */
    @Test
    void methodsThatClientsMakeUpAreKeptAsOne() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        HttpServerRequests requests = new HttpServerRequests(registry, "http.server.requests");
        for (int i = 0; i < 500; i++) {
            requests.served(new ServedRequest("127.0.0.1", "MADE-UP-" + i, "/", 200, null, Lane.FAST, "web",
                    null, 0, 0, 0, 1));
        }
        requests.served(new ServedRequest("127.0.0.1", "GET", "/", 200, null, Lane.FAST, "web", null, 0, 0, 0,
                1));
        assertThat(registry.find("http.server.requests").timers())
                .extracting(timer -> timer.getId().getTag("method"), timer -> timer.count())
                .containsExactlyInAnyOrder(tuple("UNKNOWN", 500L),
                        tuple("GET", 1L));
    }
}
