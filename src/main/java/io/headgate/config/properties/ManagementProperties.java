package io.headgate.config.properties;

import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may write to the management port; reads are open.
 *
 * @param user the name of HTTP basic
 * @param password the password's hash, {bcrypt}$2a$...; where none is given, a password for this run is
 *            generated and logged at the start
 */
@ConfigurationProperties("headgate.management")
public record ManagementProperties(@DefaultValue("admin") String user, @Nullable String password) {

    /** Without the hash: it has no place in a log. */
    @Override
    public String toString() {
        return "ManagementProperties[user=" + user + "]";
    }
}
