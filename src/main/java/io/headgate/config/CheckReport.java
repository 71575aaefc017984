package io.headgate.config;

import io.headgate.config.fault.Fault;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The result of a check, for people and for programs.
 *
 * @param faults with which the gateway would not start
 * @param warnings what is probably not meant
 */
record CheckReport(List<Fault> faults, List<Fault> warnings) {

    CheckReport {
        warnings = List.copyOf(warnings);
    }

    String text() {
        List<String> parts = new ArrayList<>();
        if (faults.isEmpty()) {
            parts.add("The configuration is valid.");
        } else {
            parts.add(listed("The configuration has ", faults, "fault"));
        }
        if (!warnings.isEmpty()) {
            parts.add(listed("There " + (warnings.size() == 1 ? "is " : "are "), warnings, "warning"));
        }
        return String.join("\n\n", parts);
    }

    private static String listed(String beginning, List<Fault> all, String kind) {
        StringBuilder text = new StringBuilder(beginning)
                .append(all.size() == 1 ? "one " + kind : all.size() + " " + kind + "s").append(":\n");
        all.forEach(one -> text.append("\n  - ").append(one).append("\n    ").append(one.action()));
        return text.toString();
    }

    String json() {
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
                .writeValueAsString(new TreeMap<>(
                        Map.of("valid", faults.isEmpty(), "faults", faults, "warnings", warnings)));
    }
}
