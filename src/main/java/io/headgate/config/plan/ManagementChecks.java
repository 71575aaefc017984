package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.ManagementProperties;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/**
 * Checks that nobody can change anything through the management port without permission: it has a port of its
 * own, and beyond loopback it needs credentials.
 */
final class ManagementChecks {

    private static final Pattern HASH = Pattern
            .compile("\\{bcrypt}\\$2[aby]\\$(0[4-9]|[12]\\d|3[01])\\$[./A-Za-z0-9]{53}");
    private static final String FORM = "{bcrypt} and a bcrypt hash, as in {bcrypt}$2a$10$...";
    private static final String MAKE = "make a hash with: java -jar headgate.jar --hash-password";

    private ManagementChecks() {
    }

    static void check(Environment environment, ManagementProperties management, Faults faults) {
        if (management.user().isBlank() || management.user().contains(":")) {
            faults.add("headgate.management.user", management.user(), "a name without a colon",
                    "HTTP basic separates name and password by a colon: choose another name.");
        }
        String password = management.password();
        if (password != null && !HASH.matcher(password).matches()) {
            faults.add("headgate.management.password", "(not shown)", FORM, "Not the password itself: "
                    + MAKE);
        }
        WriterChecks.check(environment, management, faults);
        checkPort(environment, faults);
        String address = environment.getProperty("management.server.address");
        if (!management.hasWriters() && isOn(environment) && !isLoopback(address)) {
            faults.add("management.server.address", address, "a loopback address, such as 127.0.0.1",
                    "To listen beyond loopback, set headgate.management.password, or the"
                            + " variable HEADGATE_MANAGEMENT_PASSWORD, to " + FORM + "; " + MAKE + ".");
        }
    }

    private static void checkPort(Environment environment, Faults faults) {
        String port = environment.getProperty("management.server.port");
        if (port != null && isOn(environment) && !port.equals("0")
                && port.equals(environment.getProperty("server.port"))) {
            faults.add("management.server.port", port, "another port than server.port",
                    "Clients reach server.port: choose another port for management.");
        }
    }

    private static boolean isOn(Environment environment) {
        return !environment.getProperty("management.server.port", "").startsWith("-");
    }

    /** No address means every address. */
    private static boolean isLoopback(@Nullable String address) {
        if (address == null || address.isBlank()) {
            return false;
        }
        try {
            return InetAddress.getByName(address).isLoopbackAddress();
        } catch (UnknownHostException e) {
            return false;
        }
    }
}
