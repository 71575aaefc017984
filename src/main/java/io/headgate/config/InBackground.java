package io.headgate.config;

import io.headgate.net.Transport;
import io.headgate.security.TlsClients;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;

/**
 * What takes tens of milliseconds when it is used for the first time, on Boot's thread beside the start.
 * Whoever needs it meanwhile waits; what fails here fails again where it is needed, and is told of there.
 */
final class InBackground implements BackgroundPreinitializer {

    @Override
    public void preinitialize() throws SSLException {
        Locale.getAvailableLocales(); // for Spring's messages
        TlsClients.context(null, null); // the authorities that the system trusts
        Transport.best(); // native libraries
    }
}
