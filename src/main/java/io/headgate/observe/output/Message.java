package io.headgate.observe.output;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import java.util.Arrays;
import org.slf4j.helpers.MessageFormatter;

/**
 * {@code %m}: the message, without characters that steer a terminal or hide its content. It may have several
 * lines, as the report of a failed start does. Text that is put into a message, such as a member's or an
 * operator's, may not.
 */
public final class Message extends ClassicConverter {

    @Override
    public String convert(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        if (message == null) {
            return "";
        }
        Object[] arguments = event.getArgumentArray();
        boolean ours = event.getLoggerName().contains("headgate");
        if (ours && arguments != null && message.indexOf('\n') >= 0) {
            Object[] words = Arrays.stream(arguments).map(word -> Escape.argument(String.valueOf(word)))
                    .toArray();
            message = MessageFormatter.basicArrayFormat(event.getMessage(), words);
        }
        IThrowableProxy failure = PeerFaults.of(event);
        return failure == null
                ? Escape.message(message)
                : Escape.argument(
                        message + " (" + failure.getClassName() + ": " + failure.getMessage() + ")");
    }
}
