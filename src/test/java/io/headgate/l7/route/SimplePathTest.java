package io.headgate.l7.route;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPatternParser;

class SimplePathTest {

    @ParameterizedTest
    @CsvSource({"/a/**, /a, true", "/a/**, /a/, true", "/a/**, /a//b, true", "/a/**, /ab, false",
            "/a/*, /a/, true", "/a/{x}, /a/, false", "/a/*, /a, false", "/*/b, //b, false",
            "/a/*, /a/b, true", "/a/*, /a/b/, false", "/a/{x}/c, /a/b/c, true", "/**, /, true", "/, /, true",
            "/, //, false", "/a, //a, false", "/a/, /a, false"})
    void matchesAsThePatternSays(String pattern, String path, boolean expected) {
        assertThat(simple(pattern).matches(path)).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/a*", "/{x:[a-z]+}", "/**/a", "/a?b", "a", "/a/**/b", "/{x}-{y}", "/%61"})
    void leavesOtherPatternsToSpring(String pattern) {
        assertThat(SimplePath.of(pattern)).isNull();
    }

    @Test
    void agreesWithSpringsPathPattern() {
        String[] patternParts = {"a", "b", "*", "{x}", "", "ab", "a.b"};
        String[] ends = {"", "/", "/**", "/{*rest}", "/*"};
        String[] pathParts = {"a", "b", "", "ab", "c", "a.b"};
        for (long seed = 0; seed < 100_000; seed++) {
            Random random = new Random(seed);
            String pattern = join(patternParts, random).replaceAll("//+", "/")
                    + ends[random.nextInt(ends.length)];
            pattern = ("/" + pattern).replaceAll("//+", "/");
            String path = "/" + join(pathParts, random);
            if (pattern.indexOf("{x}") != pattern.lastIndexOf("{x}")) {
                continue; // Spring refuses a name twice
            }
            boolean expected = PathPatternParser.defaultInstance.parse(pattern)
                    .matches(PathContainer.parsePath(path));
            assertThat(simple(pattern).matches(path)).as("seed %d: %s %s", seed, pattern, path)
                    .isEqualTo(expected);
        }
    }

    private static String join(String[] parts, Random random) {
        StringBuilder joined = new StringBuilder();
        for (int i = random.nextInt(4); i >= 0; i--) {
            joined.append(parts[random.nextInt(parts.length)]).append(i == 0 ? "" : "/");
        }
        return joined.toString();
    }

    private static SimplePath simple(String pattern) {
        return Objects.requireNonNull(SimplePath.of(pattern), pattern);
    }
}
