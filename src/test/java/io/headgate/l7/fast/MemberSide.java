package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads what a member got as strictly as the most careful member would. */
final class MemberSide {

    private static final Pattern HEAD = Pattern.compile(
            "([A-Z]+) /[!-\"$-~]* HTTP/1\\.1(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*)+");
    private static final Pattern CHUNK = Pattern.compile("([0-9a-fA-F]{1,8})\r\n");

    private final StringBuilder got = new StringBuilder();

    void add(String bytes) {
        got.append(bytes);
    }

    /** Whether part of a request is left. */
    boolean isClean() {
        return got.isEmpty();
    }

    /** The next request's method, once all of it is there; null before. */
    @Nullable
    String next() {
        int end = got.indexOf("\r\n\r\n");
        if (end < 0) {
            return null;
        }
        String head = got.substring(0, end);
        Matcher parts = HEAD.matcher(head);
        assertThat(parts.matches()).as("a head: %s", head).isTrue();
        List<String> lengths = values(head, "content-length");
        List<String> codings = values(head, "transfer-encoding");
        assertThat(lengths.size() + codings.size()).as("lengths: %s", head).isLessThanOrEqualTo(1);
        assertThat(values(head, "host")).as("hosts: %s", head).hasSize(1);
        assertThat(codings).allMatch(coding -> coding.equals("chunked"));
        assertThat(lengths).allMatch(length -> length.matches("\\d{1,18}"));
        int body = end + 4;
        long after = codings.isEmpty()
                ? body + (lengths.isEmpty() ? 0 : Long.parseLong(lengths.getFirst()))
                : chunks(body);
        if (after < 0 || after > got.length()) {
            return null;
        }
        got.delete(0, (int) after);
        return parts.group(1);
    }

    private static List<String> values(String head, String name) {
        return head.lines().filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip()).toList();
    }

    /** Where they end, -1 where they have not. */
    private long chunks(int from) {
        Matcher chunk = CHUNK.matcher(got);
        int at = from;
        while (got.indexOf("\r\n", at) >= 0) {
            assertThat(chunk.find(at) && chunk.start() == at).as("a chunk at %d: %s", at, got).isTrue();
            int size = Integer.parseInt(chunk.group(1), 16);
            at = chunk.end();
            if (size == 0) {
                int end = got.indexOf("\r\n\r\n", at - 2);
                return end < 0 ? -1 : end + 4;
            }
            if (at + size + 2 > got.length()) {
                return -1;
            }
            assertThat(got.substring(at + size, at + size + 2)).as("the end of a chunk").isEqualTo("\r\n");
            at += size + 2;
        }
        return -1;
    }
}
