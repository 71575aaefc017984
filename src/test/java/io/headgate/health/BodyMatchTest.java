package io.headgate.health;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.health.BodyMatch.Result;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BodyMatchTest {

    @ParameterizedTest
    @CsvSource({"ready, it is ready, false, FOUND", "ready, it is rea, false, NOT_YET",
            "ready, it is rea, true, NOT_YET", "ok$, ok, false, NOT_YET", "ok$, ok, true, FOUND",
            "ok$, ok not, true, NOT_YET", "ok\\b, ok, false, NOT_YET", "ok\\b, ok not, false, FOUND",
            "^up.*, up and well, false, FOUND"})
    void isCertainOrNot(String pattern, String body, boolean whole, Result expected) {
        assertThat(match(pattern).look(body.getBytes(UTF_8), whole)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"(a+)+b", "(a|aa)*b", "(.*)*b", "a*a*a*a*b", "(x|a)*b"})
    void anExpressionThatBacktracksForEverOrTooDeepIsGivenUp(String pattern) {
        assertThat(match(pattern).look("a".repeat(65_536).getBytes(UTF_8), true)).isEqualTo(Result.TOO_MUCH);
    }

    @ParameterizedTest
    @CsvSource({"b", "[^a]", "a{5}b", "(?i)READY|UP|OK", "\"status\"\\s*:\\s*\"UP\""})
    void anOrdinaryExpressionGoesThroughTheLongestBody(String pattern) {
        assertThat(match(pattern).look("a".repeat(65_536).getBytes(UTF_8), true)).isEqualTo(Result.NOT_YET);
    }

    @Test
    void theLimitIsForAllLooksTogether() {
        BodyMatch match = match("b");
        byte[] body = "a".repeat(65_536).getBytes(UTF_8);
        int looks = 0;
        while (match.look(body, false) == Result.NOT_YET) {
            looks++;
        }
        assertThat(looks).isBetween(1, 100);
    }

    @Test
    void theWholeIsLookedAtHoweverLongItsPartsTook() {
        BodyMatch match = match("a*a*b");
        String part = "a".repeat(4_000);
        assertThat(match.look(part.getBytes(UTF_8), false)).isEqualTo(Result.TOO_MUCH);
        assertThat(match.look((part + "b").getBytes(UTF_8), true)).isEqualTo(Result.FOUND);
    }

    @Test
    void endsWhenNobodyWaitsForIt() {
        AtomicBoolean over = new AtomicBoolean(true);
        BodyMatch match = new BodyMatch(Pattern.compile("b"), over::get);
        assertThat(match.look("a".repeat(65_536).getBytes(UTF_8), true)).isEqualTo(Result.TOO_MUCH);
    }

    private static BodyMatch match(String pattern) {
        return new BodyMatch(Pattern.compile(pattern), () -> false);
    }
}
