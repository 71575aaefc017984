package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Problems.Included;
import io.headgate.pool.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProblemsTest {

    private static final InstantSource WALL = InstantSource.fixed(Instant.parse("2026-11-30T12:00:00Z"));

    private static Problems problems(Included path, Included message) {
        return new Problems(WALL, bound -> 255, path, message);
    }

    private static String text(byte[] body) {
        return new String(body, StandardCharsets.UTF_8);
    }

    @Test
    void bothKindsOfClientFindWhatTheyKnow() {
        assertThat(text(problems(Included.ALWAYS, Included.ALWAYS).body(Reason.UPSTREAM_RESET, "/a/b?c=d")))
                .isEqualTo("""
                        {"title":"Bad Gateway","status":502,"reason":"upstream-reset",\
                        "detail":"the member closed the connection before its answer was complete",\
                        "timestamp":"2026-11-30T12:00:00.000Z","path":"/a/b","error":"Bad Gateway",\
                        "requestId":"ff-1",\
                        "message":"the member closed the connection before its answer was complete"}
                        """);
    }

    @ParameterizedTest
    @CsvSource({"/x?message, true, false", "/x?a=b&message=true&path, true, true", "/x, false, false",
            "/x?message=false&path=1, false, true", "/message?messages=1&path=FALSE, false, false"})
    void whatIsIncludedWhereItIsAskedFor(String target, boolean message, boolean path) {
        String body = text(problems(Included.ON_PARAM, Included.ON_PARAM).body(Reason.NO_MEMBER, target));
        assertThat(body.contains("\"message\":")).isEqualTo(message);
        assertThat(body.contains("\"path\":")).isEqualTo(path);
    }

    @Test
    void whatClientsAndFiltersSayIsText() {
        assertThat(text(problems(Included.ALWAYS, Included.ALWAYS).body(Reason.FILTER_REFUSED, 403,
                "/\"a\\b", "1", "no\n\u0001\"me\"")))
                .contains("\"path\":\"/\\\"a\\\\b\"").contains("\"message\":\"no\\u000a\\u0001\\\"me\\\"\"");
    }

    @Test
    void whatIsNeverIncludedIsNot() {
        assertThat(text(problems(Included.NEVER, Included.NEVER).body(Reason.NO_MEMBER, "/x?message&path")))
                .doesNotContain("\"path\"").doesNotContain("\"message\"");
    }
}
