package io.headgate.admin.access;

import io.headgate.config.properties.ManagementProperties;
import java.security.SecureRandom;
import java.util.Base64;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * The one user who may write.
 *
 * @param hash bcrypt's, without the prefix that names it
 */
record Credentials(String user, String hash) {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.admin");
    private static final String PREFIX = "{bcrypt}";
    private static final int RANDOM_BYTES = 18;

    /** As configured, or with a password for this run, which the log shows. */
    static Credentials of(ManagementProperties management) {
        String configured = management.password();
        if (configured != null) {
            return new Credentials(management.user(), configured.substring(PREFIX.length()));
        }
        byte[] random = new byte[RANDOM_BYTES];
        new SecureRandom().nextBytes(random);
        String password = Base64.getUrlEncoder().encodeToString(random);
        LOG.warn(
                """
                        headgate.management.password is not set. Until this process ends, writes to the management port \
                        take
                          user:     {}
                          password: {}""",
                management.user(), password);
        // What is random cannot be guessed: the hash need not be slow.
        return new Credentials(management.user(), new BCryptPasswordEncoder(4).encode(password));
    }
}
