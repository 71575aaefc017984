package io.headgate.config.tls;

import io.headgate.config.fault.Faults;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.UnrecoverableKeyException;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.io.ApplicationResourceLoader;
import org.springframework.core.env.Environment;

/**
 * Opens the key stores that a web server of Boot's is given by file and password: Boot's own error names
 * neither the file nor the property.
 */
public final class KeyStores {

    private KeyStores() {
    }

    /**
     * Checks the stores of one server.
     *
     * @param ssl the prefix of its properties, such as {@code server.ssl}
     */
    public static void check(String ssl, Environment environment, Faults faults) {
        if (environment.getProperty(ssl + ".enabled", Boolean.class, true)
                && !environment.containsProperty(ssl + ".bundle")) {
            open(ssl + ".key-store", environment, faults);
            open(ssl + ".trust-store", environment, faults);
        }
    }

    private static void open(String property, Environment environment, Faults faults) {
        String location = environment.getProperty(property);
        if (location == null || location.isBlank()) {
            return;
        }
        String type = environment.getProperty(property + "-type",
                location.endsWith(".jks") ? "JKS" : "PKCS12");
        String password = environment.getProperty(property + "-password");
        try (InputStream file = ApplicationResourceLoader.get().getResource(location).getInputStream()) {
            KeyStore.getInstance(type).load(file, chars(password));
        } catch (FileNotFoundException e) {
            faults.add(property, location, "a file that exists",
                    "Correct the location, or put the file there.");
        } catch (IOException | GeneralSecurityException e) {
            if (e.getCause() instanceof UnrecoverableKeyException) {
                faults.add(property + "-password", "(not shown)", "the password of " + location,
                        "Write the password that the store was made with.");
            } else {
                faults.add(property, location, "a key store of type " + type,
                        "Make it with keytool or openssl pkcs12, or say its type in " + property + "-type.");
            }
        }
    }

    private static char @Nullable [] chars(@Nullable String password) {
        return password == null ? null : password.toCharArray();
    }
}
