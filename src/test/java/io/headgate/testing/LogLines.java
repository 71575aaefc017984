package io.headgate.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** What a logger is given, as text: the message, then its key-value pairs. */
public final class LogLines extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final List<String> traces = new CopyOnWriteArrayList<>();
    private final Logger logger;
    private final @Nullable Level before;

    public LogLines(String name) {
        logger = (Logger) LoggerFactory.getLogger(name);
        before = logger.getLevel();
        logger.setLevel(Level.INFO);
        start();
        logger.addAppender(this);
    }

    @Override
    protected void append(ILoggingEvent event) {
        Stream<String> pairs = event.getKeyValuePairs() == null
                ? Stream.empty()
                : event.getKeyValuePairs().stream().map(pair -> pair.key + "=" + pair.value);
        lines.add(Stream
                .concat(Stream.of(event.getFormattedMessage()).filter(m -> m != null && !m.isEmpty()), pairs)
                .collect(Collectors.joining(" ")));
        for (IThrowableProxy t = event.getThrowableProxy(); t != null; t = t.getCause()) {
            if (t.getStackTraceElementProxyArray().length > 0) {
                traces.add(event.getFormattedMessage() + ": " + t.getClassName());
            }
        }
    }

    public List<String> lines() {
        return List.copyOf(lines);
    }

    /** Whether a line has this text. */
    public boolean have(String text) {
        return lines.stream().anyMatch(line -> line.contains(text));
    }

    /** What came with a stack trace: the message and the exception. */
    public List<String> traces() {
        return List.copyOf(traces);
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setLevel(before);
    }
}
