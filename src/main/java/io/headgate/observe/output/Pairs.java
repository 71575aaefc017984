package io.headgate.observe.output;

import ch.qos.logback.classic.pattern.ClassicConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import java.util.List;
import org.slf4j.event.KeyValuePair;

/** {@code %kvp}: the key-value pairs of a line, every value in quotes that it cannot leave. */
public final class Pairs extends ClassicConverter {

    @Override
    public String convert(ILoggingEvent event) {
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        if (pairs == null || pairs.isEmpty()) {
            return "";
        }
        StringBuilder line = new StringBuilder(256);
        for (int i = 0; i < pairs.size(); i++) {
            KeyValuePair pair = pairs.get(i);
            line.append(i == 0 ? "" : " ").append(pair.key).append("=\"")
                    .append(Escape.value(String.valueOf(pair.value))).append('"');
        }
        return line.toString();
    }
}
