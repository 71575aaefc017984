package io.headgate.l7.cache;

import java.util.ArrayList;
import java.util.List;

/** Fields that are lists (RFC 9110, 5.6.1), whose members may be or have quoted strings. */
final class ListField {

    private ListField() {
    }

    /** Its members without white space around them; empty ones are left out. */
    static List<String> members(String line) {
        List<String> members = new ArrayList<>(4);
        int from = 0;
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                add(line, from, i, members);
                from = i + 1;
            }
        }
        add(line, Math.min(from, line.length()), line.length(), members);
        return members;
    }

    private static void add(String line, int from, int to, List<String> members) {
        String member = line.substring(from, to).strip();
        if (!member.isEmpty()) {
            members.add(member);
        }
    }

    /** What a quoted string stands for; anything else is itself. */
    static String unquoted(String text) {
        if (text.length() < 2 || text.charAt(0) != '"' || text.charAt(text.length() - 1) != '"') {
            return text;
        }
        String inner = text.substring(1, text.length() - 1);
        return inner.indexOf('\\') < 0 ? inner : inner.replaceAll("\\\\(.)", "$1");
    }
}
