package io.headgate;

import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Says once, where the whole run begins, how long it takes. */
public final class HowLong implements BeforeAllCallback {

    private static final AtomicBoolean SAID = new AtomicBoolean();

    @Override
    public void beforeAll(ExtensionContext context) {
        boolean whole = "1".equals(System.getProperty("fork")) && System.getProperty("test") == null;
        if (whole && SAID.compareAndSet(false, true)) {
            System.out.println("All tests take some 20 minutes on two cores. -Dtest=NAME runs one of them,"
                    + " -DskipTests none.");
        }
    }
}
