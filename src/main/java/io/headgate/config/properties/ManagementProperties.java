package io.headgate.config.properties;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may write to the management port; reads are open. Every way that is configured is open: password,
 * tokens, certificates.
 *
 * @param user the user name for HTTP basic
 * @param password the hash of the password for HTTP basic, {bcrypt}$2a$...; if neither a password nor another
 *            way is configured, the log shows a password for this run at the start
 * @param jwt bearer tokens
 * @param certificates the subjects of client certificates that may write, such as "CN=ops,O=Example": the
 *            port must trust the certificate, and its subject must have all of these attributes; needs
 *            management.server.ssl with client-auth
 */
@ConfigurationProperties("headgate.management")
public record ManagementProperties(@DefaultValue("admin") String user, @Nullable String password,
        @Nullable JwtProperties jwt, @DefaultValue List<String> certificates) {

    /** Whether anyone is configured who may write. */
    public boolean hasWriters() {
        return password != null || jwt != null || !certificates.isEmpty();
    }

    /** Without the hash: it has no place in a log. */
    @Override
    public String toString() {
        return "ManagementProperties[user=" + user + ", jwt=" + jwt + ", certificates=" + certificates + "]";
    }
}
