package io.headgate.l7.cache;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is stored, and for how long (RFC 9111, 3 and 4.2). */
class StorableTest {

    private static final Freshness.Times NOW = new Freshness.Times(0, 0, Moments.START.toEpochMilli());

    private static final CacheRules USUAL = CacheRules.DEFAULT;

    /** Lines are separated by a bar; -1: not stored. */
    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {
            "200; Cache-Control: max-age=60; 60",
            "200; Cache-Control: MaX-aGe=60; 60",
            "200; Cache-Control: max-age=\"60\"; 60",
            "200; Cache-Control: max-age=00060; 60",
            "200; Cache-Control: max-age=60, max-age=10; 10",
            "200; Cache-Control: max-age=60|Cache-Control: max-age=10; 10",
            "200; Cache-Control: max-age=10, s-maxage=60; 60",
            "200; Cache-Control: max-age=99999999999; 2147483648",
            "200; Cache-Control: max-age='60'; -1",
            "200; Cache-Control: max-age=-1; -1",
            "200; Cache-Control: max-age=6x; -1",
            "200; Cache-Control: max-age = 60; -1",
            "200; Cache-Control: extension=\"max-age=60\"; -1",
            "200; Cache-Control: extension=\"max-age=60\", max-age=1; 1",
            "200; Cache-Control: no-store, max-age=60; -1",
            "200; Cache-Control: nO-sTore; -1",
            "200; Cache-Control: private, max-age=60; -1",
            "200; Cache-Control: private=\"x-user\", max-age=60; 60",
            "200; Cache-Control: no-cache, max-age=60; 60",
            "200; Cache-Control: no-cache; -1",
            "200; Cache-Control: no-cache|ETag: \"a\"; 0",
            "200; Cache-Control: max-age=0|ETag: \"a\"; 0",
            "200; ETag: \"a\"; -1",
            "200; Expires: Mon, 30 Nov 2026 12:01:00 GMT; 60",
            "200; Expires: Monday, 30-Nov-26 12:01:00 GMT; 60",
            "200; Expires: 0; -1",
            "200; Expires: Mon, 30 Nov 2026 12:01:00 GMT|Date: Mon, 30 Nov 2026 12:00:30 GMT; 30",
            "200; Expires: Mon, 30 Nov 2026 12:01:00 GMT|Cache-Control: max-age=5; 5",
            "200; X: none; -1",
            "200; Cache-Control: max-age=60|Vary: *; 60",
            "200; Cache-Control: max-age=60|Set-Cookie: a=b; -1",
            "206; Cache-Control: max-age=60; -1",
            "304; Cache-Control: max-age=60; -1",
            "404; Cache-Control: max-age=60; 60",
            "599; Cache-Control: max-age=60; 60",
            "599; Cache-Control: max-age=60, must-understand; -1",
            "200; Cache-Control: no-store, max-age=60, must-understand; 60",
            "200; CDN-Cache-Control: max-age=60|Cache-Control: no-store; 60",
            "200; CDN-Cache-Control: no-store|Cache-Control: max-age=60; -1",
            "200; CDN-Cache-Control: max-age=60|Expires: 0; 60",
            "200; CDN-Cache-Control: ,|Cache-Control: max-age=60; 60",
            "200; Surrogate-Control: max-age=60|Cache-Control: max-age=5; 60",
            "200; Surrogate-Control: content=\"ESI/1.0\"|Cache-Control: max-age=5; 5"})
    void aLifetimeIsTheOneThatTheAnswerSays(int status, String lines, long lifetime) {
        assertThat(lifetime(USUAL, "GET", status, lines)).isEqualTo(lifetime);
    }

    private static long lifetime(CacheRules rules, String method, int status, String lines,
            String... request) {
        HttpHeaders answer = Asking.headers(lines.split("\\|"));
        Terms terms = Storable.terms(Asking.question(method, "/", request), rules, status, answer, NOW);
        return terms == null ? -1 : terms.lifetime();
    }

    @Test
    void aSurrogateControlForThisCacheIsObeyedAndOneForAnotherIsNot() {
        assertThat(lifetime(USUAL, "GET", 200, "Surrogate-Control: max-age=60;headgate")).isEqualTo(60);
        assertThat(lifetime(USUAL, "GET", 200, "Surrogate-Control: max-age=60;other")).isEqualTo(-1);
    }

    @Test
    void anAnswerToSomebodyWhoHasLoggedInIsStoredOnlyIfItSaysThatItMay() {
        String user = "Authorization: Basic dTpw";
        assertThat(lifetime(USUAL, "GET", 200, "Cache-Control: max-age=60", user)).isEqualTo(-1);
        for (String may : List.of("public", "must-revalidate", "s-maxage=60")) {
            assertThat(lifetime(USUAL, "GET", 200, "Cache-Control: max-age=60, " + may, user)).isEqualTo(60);
        }
    }

    @Test
    void whatSaysNothingIsFreshForTheTimeThatTheRouteGives() {
        CacheRules rules = rules(Duration.ofMinutes(1), Duration.ofSeconds(5), 0);
        assertThat(lifetime(rules, "GET", 200, "X: y")).isEqualTo(60);
        assertThat(lifetime(rules, "GET", 404, "X: y")).isEqualTo(5);
        assertThat(lifetime(rules, "GET", 500, "X: y")).isEqualTo(-1);
        assertThat(lifetime(rules, "GET", 400, "X: y")).isEqualTo(-1);
        assertThat(lifetime(rules, "GET", 200, "Cache-Control: max-age=1")).isEqualTo(1);
        assertThat(lifetime(rules, "GET", 200, "Cache-Control: no-store")).isEqualTo(-1);
        assertThat(lifetime(rules, "HEAD", 200, "X: y")).isEqualTo(-1);
        assertThat(lifetime(rules, "GET", 416, "Cache-Control: max-age=9", "Range: bytes=9-")).isEqualTo(-1);
    }

    /** A page that a user sees after login is not made everybody's by a suffix in its path. */
    @Test
    void whatSaysNothingIsNotStoredForARequestWithACookie() {
        CacheRules rules = rules(Duration.ofMinutes(1), null, 10);
        assertThat(lifetime(rules, "GET", 200, "X: y", "Cookie: session=1")).isEqualTo(-1);
        assertThat(lifetime(rules, "GET", 200, "Cache-Control: public", "Cookie: session=1")).isEqualTo(60);
        assertThat(lifetime(rules, "GET", 200, "Cache-Control: max-age=9", "Cookie: session=1")).isEqualTo(9);
    }

    @Test
    void aShareOfTheTimeSinceItWasModifiedIsTakenOnlyWhereTheRouteWantsIt() {
        String modified = "Last-Modified: Mon, 30 Nov 2026 11:00:00 GMT";
        assertThat(lifetime(USUAL, "GET", 200, modified)).isEqualTo(-1);
        assertThat(lifetime(rules(null, null, 10), "GET", 200, modified)).isEqualTo(360);
        assertThat(lifetime(rules(null, null, 10), "GET", 201, modified)).isEqualTo(-1);
        assertThat(lifetime(rules(null, null, 10), "GET", 201, modified + "|Cache-Control: public"))
                .isEqualTo(360);
        assertThat(
                lifetime(rules(null, null, 10), "GET", 200, "Last-Modified: Mon, 30 Nov 2020 11:00:00 GMT"))
                .isEqualTo(Duration.ofDays(1).toSeconds());
    }

    private static CacheRules rules(@Nullable Duration usual,
            @Nullable Duration negative, int heuristic) {
        return new CacheRules(usual, negative, heuristic, 1000, List.of(), List.of(), List.of(), List.of(),
                CacheRules.SetCookie.BYPASS, false, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5));
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"Age: 10; 10", "Age: 7200; 7200", "Age: abc; 2147483648",
            "Age: -1; 2147483648", "Age: 1.0; 2147483648", "Age: 0, 0; 2147483648",
            "Age: 0|Age: 0; 2147483648", "X: none; 0",
            "Date: Mon, 30 Nov 2026 11:59:00 GMT; 60", "Date: Mon, 30 Nov 2026 12:01:00 GMT; 0",
            "Date: foo; 0", "Date: Mon, 30 Nov 2026 11:59:00 GMT|Age: 10; 60"})
    void anAnswerIsAsOldAsItSaysAndAsItsDateSays(String lines, long age) {
        assertThat(Freshness.of(Asking.headers(lines.split("\\|")), 60, NOW).initialAge()).isEqualTo(age);
    }
}
