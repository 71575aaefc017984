package io.headgate.config.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.fault.Fault;
import io.headgate.config.fault.Faults;
import io.headgate.config.properties.ManagementProperties;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.mock.env.MockEnvironment;

class ManagementChecksTest {

    @Test
    void managementBeyondLoopbackNeedsCredentials() {
        assertThat(faultsOf("management.server.address", "0.0.0.0")).singleElement()
                .satisfies(fault -> assertThat(fault.action()).contains("HEADGATE_MANAGEMENT_PASSWORD",
                        "--hash-password"));
        assertThat(faultsOf("management.server.address", "::")).hasSize(1);
        assertThat(faultsOf("management.server.address", "")).hasSize(1);
        assertThat(faultsOf("management.server.address", "127.0.0.5")).isEmpty();
        assertThat(faultsOf("management.server.address", "::1")).isEmpty();
        assertThat(
                faultsOf("management.server.address", "0.0.0.0", "management.server.port", "-1"))
                .isEmpty();
    }

    @Test
    void theManagementPortIsNotThePortOfClients() {
        assertThat(faultsOf("management.server.address", "127.0.0.1", "server.port", "9090",
                "management.server.port", "9090")).singleElement()
                .hasToString("management.server.port: 9090 (expected: another port than server.port)");
    }

    /** Where no password is configured. */
    private static List<Fault> faultsOf(String... properties) {
        MockEnvironment environment = new MockEnvironment();
        for (int i = 0; i < properties.length; i += 2) {
            environment.setProperty(properties[i], properties[i + 1]);
        }
        Faults faults = new Faults(property -> null);
        ManagementChecks.check(environment, new ManagementProperties("admin", null, null, List.of()), faults);
        return faults.found();
    }
}
