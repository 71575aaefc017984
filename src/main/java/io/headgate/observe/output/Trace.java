package io.headgate.observe.output;

import ch.qos.logback.classic.spi.ILoggingEvent;
import org.springframework.boot.logging.logback.ExtendedWhitespaceThrowableProxyConverter;

/** {@code %wEx}: the stack trace of Headgate's own failures; a peer's faults have none. */
public final class Trace extends ExtendedWhitespaceThrowableProxyConverter {

    @Override
    public String convert(ILoggingEvent event) {
        return PeerFaults.of(event) != null ? "" : Escape.message(super.convert(event));
    }
}
