package io.headgate.observe.output;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.event.KeyValuePair;

class EscapeTest {

    @Test
    void whatCannotHarmStaysAsItIs() {
        for (String text : new String[]{"", "/a/b?c=d&e=%22", "größer", "日本", "\uD83D\uDE00"}) {
            assertThat(Escape.value(text)).isEqualTo(text);
            assertThat(Escape.message(text)).isEqualTo(text);
        }
    }

    @Test
    void quotesControlsAndDirectionsAreEscaped() {
        assertThat(Escape.value("/x\"status=\"200")).isEqualTo("/x\\x22status=\\x22200");
        assertThat(Escape.value("\\x22")).isEqualTo("\\x5Cx22");
        assertThat(Escape.value("\u001B[31m\r\n\t\b\u007F\u0085\u009B\u2028\u202E\uFEFF\uD800"))
                .isEqualTo("\\x1B[31m\\x0D\\x0A\\x09\\x08\\x7F\\u0085\\u009B\\u2028\\u202E\\uFEFF\\uD800");
        assertThat(Escape.message("two\n\tlines \"\u001B\u202E\r"))
                .isEqualTo("two\n\tlines \"\\x1B\\u202E\\x0D");
    }

    @Test
    void whatIsPutIntoAMessageOfOursStaysOnItsLine() {
        Logger logger = new LoggerContext().getLogger("headgate.pool");
        assertThat(new Message()
                .convert(new LoggingEvent("", logger, Level.WARN, "member {}: {} -> {} ({})", null,
                        new Object[]{"a", "UP", "DOWN", "x)\n2026-01-01 forged \u001B"})))
                .isEqualTo("member a: UP -> DOWN (x)\\x0A2026-01-01 forged \\x1B)");
        assertThat(new Message()
                .convert(new LoggingEvent("", logger, Level.ERROR, "a report\nin lines", null, null)))
                .isEqualTo("a report\nin lines");
    }

    @Test
    void pairsAreQuoted() {
        LoggingEvent event = new LoggingEvent("", new LoggerContext().getLogger("headgate.access"),
                Level.INFO, "", null,
                null);
        event.setKeyValuePairs(
                List.of(new KeyValuePair("target", "/x\"status=\"200\n"), new KeyValuePair("status", 400)));
        assertThat(new Pairs().convert(event))
                .isEqualTo("target=\"/x\\x22status=\\x22200\\x0A\" status=\"400\"");
    }

    /** Whatever comes: a value has no end but its own, and the line no end at all. */
    @Test
    void noValueCanEndItselfOrItsLine() {
        Random random = new Random(7);
        for (int i = 0; i < 20_000; i++) {
            StringBuilder text = new StringBuilder();
            for (int n = random.nextInt(20); n > 0; n--) {
                text.append((char) (random.nextBoolean() ? random.nextInt(0xA1) : random.nextInt(0x10000)));
            }
            String escaped = Escape.value(text.toString());
            assertThat(escaped).doesNotContain("\"", "\n", "\r");
            assertThat(escaped.codePoints()).noneMatch(c -> Character.getType(c) == Character.CONTROL
                    || Character.getType(c) == Character.FORMAT);
        }
    }
}
