package io.headgate.config;

import io.headgate.config.fault.Fault;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** Prints the result of a check. */
final class CheckReport {

    private CheckReport() {
    }

    static String text(List<Fault> faults) {
        if (faults.isEmpty()) {
            return "The configuration is valid.";
        }
        StringBuilder text = new StringBuilder("The configuration has ")
                .append(faults.size() == 1 ? "one fault" : faults.size() + " faults").append(":\n");
        faults.forEach(fault -> text.append("\n  - ").append(fault).append("\n    ").append(fault.action()));
        return text.toString();
    }

    static String json(List<Fault> faults) {
        return JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build()
                .writeValueAsString(new TreeMap<>(Map.of("valid", faults.isEmpty(), "faults", faults)));
    }
}
