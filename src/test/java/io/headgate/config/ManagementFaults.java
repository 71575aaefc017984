package io.headgate.config;

import io.headgate.config.properties.ManagementProperties;
import java.util.List;
import org.springframework.mock.env.MockEnvironment;

/** What is wrong with the management's properties where no password is configured. */
final class ManagementFaults {

    private ManagementFaults() {
    }

    static List<Fault> of(String... properties) {
        MockEnvironment environment = new MockEnvironment();
        for (int i = 0; i < properties.length; i += 2) {
            environment.setProperty(properties[i], properties[i + 1]);
        }
        Faults faults = new Faults(property -> null);
        ManagementChecks.check(environment, new ManagementProperties("admin", null, null, List.of()), faults);
        return faults.found();
    }
}
