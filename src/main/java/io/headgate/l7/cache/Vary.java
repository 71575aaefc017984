package io.headgate.l7.cache;

import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The second part of a key (RFC 9111, 4.1): the request's values of the fields that an answer names in
 * {@code Vary}.
 *
 * @param names in lower case and order
 * @param values of each name; of one that was not sent, empty text that no field can have
 */
record Vary(List<String> names, List<String> values) {

    static final Vary NONE = new Vary(List.of(), List.of());

    private static final String ABSENT = "\0";

    /** Null if no other request can match: {@code *} is among the names. */
    static @Nullable Vary of(HttpHeaders answer, HttpHeaders request) {
        if (!answer.contains(HttpHeaderNames.VARY)) {
            return NONE;
        }
        TreeSet<String> names = new TreeSet<>();
        for (String line : answer.getAll(HttpHeaderNames.VARY)) {
            for (String name : ListField.members(line)) {
                if (name.equals("*")) {
                    return null;
                }
                names.add(name.toLowerCase(Locale.ROOT));
            }
        }
        return of(List.copyOf(names), request);
    }

    static Vary of(List<String> names, HttpHeaders request) {
        return names.isEmpty()
                ? NONE
                : new Vary(names, names.stream().map(name -> value(name, request)).toList());
    }

    boolean matches(HttpHeaders request) {
        for (int i = 0; i < names.size(); i++) {
            if (!values.get(i).equals(value(names.get(i), request))) {
                return false;
            }
        }
        return true;
    }

    /**
     * Lines are joined, as anybody on the way may do. Only of fields that certainly are lists without an
     * order are order, case and white space of no account.
     */
    private static String value(String name, HttpHeaders request) {
        List<String> lines = request.getAll(name);
        if (lines.isEmpty()) {
            return ABSENT;
        }
        return switch (name) {
            case "accept-encoding", "accept-language" -> {
                List<String> members = new ArrayList<>();
                lines.forEach(line -> ListField.members(line.toLowerCase(Locale.ROOT)).stream()
                        .map(member -> member.replace(" ", "").replace("\t", "")).forEach(members::add));
                yield String.join(",", members.stream().sorted().toList());
            }
            default -> lines.size() == 1
                    ? lines.getFirst().strip()
                    : String.join(", ", lines.stream().map(String::strip).toList());
        };
    }

    int weight() {
        int weight = 0;
        for (int i = 0; i < names.size(); i++) {
            weight += 2 * (names.get(i).length() + values.get(i).length()) + 64;
        }
        return weight;
    }
}
