package io.headgate.config;

import io.headgate.net.Transport;
import io.headgate.security.TlsClients;
import java.util.Locale;
import javax.net.ssl.SSLException;
import org.springframework.boot.autoconfigure.preinitialize.BackgroundPreinitializer;

/**
 * Initialises slow classes on Boot's background thread during the start: each takes tens of milliseconds when
 * it is first used. A thread that needs one meanwhile waits. A failure here happens again at the first use,
 * and is reported there.
 */
final class InBackground implements BackgroundPreinitializer {

    @Override
    public void preinitialize() throws SSLException {
        Locale.getAvailableLocales(); // for Spring's messages
        TlsClients.context(null, null); // the authorities that the system trusts
        Transport.best(); // native libraries
    }
}
