package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.net.HostNames;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the host names of rules, in the form in which they are compared. A name that no host can have is a
 * fault.
 */
final class HostNameChecks {

    private static final String BELOW = "*.";

    private HostNameChecks() {
    }

    /**
     * The names as they are compared.
     *
     * @param any whether {@code *} stands for every host
     */
    static List<String> read(String property, List<String> names, boolean any, Faults faults) {
        List<String> read = new ArrayList<>();
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            boolean below = name.startsWith(BELOW);
            String normal = HostNames.normal(below ? name.substring(BELOW.length()) : name);
            if (!(any && name.equals("*")) && !HostNames.isName(normal)) {
                faults.add(property + "[" + i + "]", name,
                        any ? "a host name, *.example.org or *" : "a host name or *.example.org",
                        "Write only the name: no port, no blanks, and a star only as the whole first label.");
            }
            read.add(name.equals("*") ? name : (below ? BELOW : "") + normal);
        }
        return read;
    }
}
