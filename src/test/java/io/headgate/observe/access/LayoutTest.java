package io.headgate.observe.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.l4.ClosedConnection;
import io.headgate.l7.Lane;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class LayoutTest {

    private static final long TIME = Instant.parse("2026-11-30T14:20:31.042Z").toEpochMilli();

    private final Entry entry = new Entry();

    private static ServedRequest request(String target) {
        return new ServedRequest("127.0.0.1", "GET", target, 503, Reason.NO_MEMBER, Lane.FAST, "web", null,
                0, 5, 1234567890123L, 7_654_321);
    }

    private String line(String format, Field... fields) {
        Layout layout = Layout.of(format, List.of(fields));
        Line line = new Line(layout.seconds());
        layout.write(entry, line);
        return new String(line.bytes(), 0, line.length(), StandardCharsets.UTF_8);
    }

    @Test
    void logfmt() {
        entry.fill(request("/a?b=c"), TIME);
        assertThat(line("logfmt")).isEqualTo("2026-11-30T14:20:31.042Z access layer=\"l7\" "
                + "client=\"127.0.0.1\" method=\"GET\" target=\"/a?b=c\" status=\"503\" reason=\"no-member\" "
                + "route=\"web\" in=\"5\" out=\"1234567890123\" micros=\"7654\" lane=\"fast\"");
    }

    @Test
    void fieldsInTheOrderThatIsAskedFor() {
        entry.fill(request("/"), TIME);
        assertThat(line("logfmt", Field.STATUS, Field.LISTENER, Field.METHOD))
                .isEqualTo("2026-11-30T14:20:31.042Z access status=\"503\" method=\"GET\"");
        assertThat(line("json", Field.STATUS, Field.METHOD))
                .isEqualTo("{\"time\":\"2026-11-30T14:20:31.042Z\",\"status\":503,\"method\":\"GET\"}");
    }

    @Test
    void ecs() {
        entry.fill(request("/"), TIME);
        assertThat(line("ecs"))
                .startsWith("{\"@timestamp\":\"2026-11-30T14:20:31.042Z\",\"ecs.version\":\"8.11\"")
                .contains("\"http.response.status_code\":503", "\"url.original\":\"/\"",
                        "\"event.duration\":7654321", "\"event.reason\":\"no-member\"")
                .endsWith("}");
    }

    @Test
    void common() {
        entry.fill(request("/"), TIME);
        assertThat(line("common")).isEqualTo(
                "127.0.0.1 - - [30/Nov/2026:14:20:31 +0000] \"GET /\" 503 1234567890123");
    }

    @Test
    void aTemplateHasADashForWhatIsNotThere() {
        entry.fill(request("/\""), TIME);
        assertThat(line("{time} {member} {attempts} <{target}> {lane}!"))
                .isEqualTo("2026-11-30T14:20:31.042Z - - </\\x22> fast!");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "logfmd", "{nothing}", "two\nlines {status}"})
    void aFormatThatIsNoneSaysWhatThereIs(String format) {
        assertThatThrownBy(() -> Layout.of(format, List.of())).isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("(expected: ");
    }

    @Test
    void aConnectionThatEndsBeforeItsPoolIsKnownHasNoneAndAnAddressOfSixIsWrittenShort()
            throws UnknownHostException {
        InetSocketAddress client = new InetSocketAddress(InetAddress.getByName("2001:db8:0:0:0:0:0:7"), 1000);
        entry.fill(request("/"), TIME);
        entry.fill(new ClosedConnection(1, "db", client, null, null, 0, 0, 0, 0, 1000,
                Reason.PREFACE_TIMEOUT, Outcome.UNKNOWN), TIME);
        assertThat(line("logfmt")).isEqualTo("2026-11-30T14:20:31.042Z access layer=\"l4\" listener=\"db\" "
                + "client=\"[2001:db8::7]:1000\" reason=\"preface-timeout\" attempts=\"0\" "
                + "outcome=\"unknown\" in=\"0\" out=\"0\" spliced=\"0\" micros=\"1\"");
    }

    /** Whatever a client sends, a reader gets one line with the very value, or with its end cut off. */
    @Test
    void noValueForgesAnything() {
        JsonMapper json = new JsonMapper();
        for (String evil : corpus()) {
            entry.fill(request(evil), TIME);
            Map<String, String> pairs = logfmt(line("logfmt"));
            assertThat(pairs.keySet()).containsExactly("layer", "client", "method", "target", "status",
                    "reason", "route", "in", "out", "micros", "lane");
            for (String target : List.of(Objects.requireNonNull(pairs.get("target")),
                    json.readTree(line("json")).get("target").asString(),
                    json.readTree(line("ecs")).get("url.original").asString())) {
                if (evil.length() < 10_000) {
                    assertThat(target).isEqualTo(evil);
                } else {
                    assertThat(target).endsWith("...").startsWith(evil.substring(0, 2000));
                }
            }
            for (String format : List.of("logfmt", "json", "ecs", "common", "{target} {method}")) {
                String line = line(format);
                assertThat(line.chars()).as("%s of %s", format, evil)
                        .noneMatch(c -> c < ' ' || (c >= 0x7F && c < 0xA0) || c == 0x202E || c == 0x2028);
                assertThat(line.getBytes(StandardCharsets.UTF_8).length).isLessThan(Line.LONGEST);
            }
        }
    }

    private static List<String> corpus() {
        Random random = new Random(11);
        StringBuilder mixed = new StringBuilder();
        for (int i = 0; i < 2000; i++) {
            mixed.append((char) random.nextInt(i % 3 == 0 ? 0x10000 : 0x100));
        }
        return List.of("\" status=\"200", "/\r\nHTTP", "/\n2026-11-30T14:20:31.042Z access layer=\"l7\"",
                "\u001b[2J\u001b[31m", "\u0000\u0001\u007f\u0085\u009b", "\\", "\\\"", "\\u0022", "a\\",
                "\u202egnp.exe", "\u2028\u2029\ufeff", "\ud83d\ude00 and \ud83d alone \ude00", "\u00e4\u20ac",
                "\ufffe\uffff", "{\"a\":1}", "x".repeat(64 * 1024), "\"".repeat(64 * 1024),
                "\u20ac".repeat(64 * 1024), mixed.toString());
    }

    /** A reader of logfmt: pairs with quoted values that have JSON's escapes. */
    private static Map<String, String> logfmt(String line) {
        Map<String, String> pairs = new LinkedHashMap<>();
        int at = line.indexOf(" access ") + " access ".length();
        JsonMapper json = new JsonMapper();
        while (at < line.length()) {
            int equals = line.indexOf("=\"", at);
            int end = equals + 2;
            while (line.charAt(end) != '"') {
                end += line.charAt(end) == '\\' ? 2 : 1;
            }
            pairs.put(line.substring(at, equals),
                    json.readValue(line.substring(equals + 1, end + 1), String.class));
            at = end + 2;
        }
        return pairs;
    }
}
