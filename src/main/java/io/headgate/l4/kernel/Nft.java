package io.headgate.l4.kernel;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Debian's {@code nft}: a script is one transaction, which is made as a whole or not at all. */
final class Nft {

    private static final Pattern TABLE = Pattern.compile("table inet (\\S+) \\{");
    private static final Pattern CHAIN = Pattern.compile("\\s+chain (\\S+) \\{");
    private static final Pattern SET = Pattern.compile("\\s+set (\\S+) \\{");
    private static final Pattern COUNTER = Pattern
            .compile("counter (\\S+) \\{\\s+packets (\\d+) bytes \\d+\\s+\\}");

    private final String table;

    Nft(String table) {
        this.table = table;
    }

    /**
     * Makes the changes.
     *
     * @throws IOException with what nft said; then nothing was changed
     */
    void apply(String script) throws IOException {
        run(List.of("nft", "-f", "-"), script);
    }

    /** Says whether the kernel would take it, and changes nothing. */
    static void check(String script) throws IOException {
        run(List.of("nft", "--check", "-f", "-"), script);
    }

    /** The chains of the table; none if there is no such table. */
    Set<String> chains() throws IOException {
        Set<String> chains = new LinkedHashSet<>();
        boolean own = false;
        for (String line : run(List.of("nft", "list", "chains", "inet"), "").lines().toList()) {
            Matcher tables = TABLE.matcher(line);
            Matcher found = CHAIN.matcher(line);
            if (tables.matches()) {
                own = tables.group(1).equals(table);
            } else if (own && found.matches()) {
                chains.add(found.group(1));
            }
        }
        return chains;
    }

    /** The table's named sets, without what is in them. */
    Set<String> sets() throws IOException {
        Set<String> sets = new LinkedHashSet<>();
        for (String line : run(List.of("nft", "--terse", "list", "sets", "table", "inet", table), "").lines()
                .toList()) {
            Matcher found = SET.matcher(line);
            if (found.matches()) {
                sets.add(found.group(1));
            }
        }
        return sets;
    }

    /**
     * How many connections were counted, by the counters' names.
     *
     * @throws IOException also if there is no such table
     */
    Map<String, Long> counters() throws IOException {
        Map<String, Long> counters = new HashMap<>();
        Matcher found = COUNTER.matcher(run(List.of("nft", "list", "counters", "table", "inet", table), ""));
        while (found.find()) {
            counters.put(found.group(1), Long.parseLong(found.group(2)));
        }
        return counters;
    }

    private static String run(List<String> command, String script) throws IOException {
        Program.Result result = Program.run(command, script);
        if (!result.succeeded()) {
            throw new IOException("nft: " + result.error().lines().findFirst().orElse("failed").strip());
        }
        return result.output();
    }
}
