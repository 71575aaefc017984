package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.l7.ClientRule;
import io.headgate.l7.Strictness;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Finds the rules that the configuration names. */
final class StrictnessCompiler {

    private static final String ALL = "all";

    private StrictnessCompiler() {
    }

    /** @param path of the properties of the client */
    static Strictness compile(String path, List<String> relaxed, List<String> reportOnly, Faults faults) {
        return new Strictness(rules(path + ".relaxed", relaxed, false, faults),
                rules(path + ".report-only", reportOnly, true, faults));
    }

    private static Set<ClientRule> rules(String property, List<String> names, boolean allowsAll,
            Faults faults) {
        Set<ClientRule> found = EnumSet.noneOf(ClientRule.class);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            List<ClientRule> named = ClientRule.thatCanBeRelaxed().stream()
                    .filter(rule -> rule.code().equals(name) || (allowsAll && name.equals(ALL))).toList();
            found.addAll(named);
            if (named.isEmpty()) {
                faults.add("%s[%d]".formatted(property, i), name, expected(allowsAll), action(name));
            }
        }
        return found;
    }

    private static String expected(boolean allowsAll) {
        String names = ClientRule.thatCanBeRelaxed().stream().map(ClientRule::code)
                .collect(Collectors.joining(", "));
        return "one of " + names + (allowsAll ? ", or " + ALL : "");
    }

    private static String action(String name) {
        for (ClientRule rule : ClientRule.values()) {
            if (rule.code().equals(name)) {
                return "A request that breaks the rule " + name
                        + " cannot be served safely; see docs/strictness.md.";
            }
        }
        return "Take a name from docs/strictness.md.";
    }
}
