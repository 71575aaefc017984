package io.headgate.observe.output;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import ch.qos.logback.core.encoder.Encoder;
import java.io.IOException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/**
 * Writes log lines to standard output on a thread of its own, which formats them too. When nobody reads them,
 * up to {@code memory} bytes of them are kept; the last quarter of that is for warnings and errors. Logback's
 * own asynchronous appender neither counts nor reports what it drops, limits lines and not memory, and its
 * console appender can hold up the end of the process.
 */
public final class StandardOutput extends UnsynchronizedAppenderBase<ILoggingEvent> {

    /** The bytes of an event and its queue entry, without its texts. */
    private static final int OVERHEAD = 400;
    private static final int TRACE = 8000;
    private static final double FOR_ORDINARY_LINES = 0.75;

    private Drops lines = Drops.of("application");
    private boolean sparing;
    private long memory = 4L << 20;
    private @Nullable Encoder<ILoggingEvent> encoder;
    private @Nullable Backlog<ILoggingEvent> backlog;

    /** Which log this is, as {@link Drops} names it. */
    public void setLines(String name) {
        lines = Drops.of(name);
    }

    /** How many bytes of lines may wait, about. */
    public void setMemory(long bytes) {
        memory = bytes;
    }

    /** Whether the last quarter of the memory is only for warnings and errors. */
    public void setSparing(boolean sparing) {
        this.sparing = sparing;
    }

    public void setEncoder(Encoder<ILoggingEvent> encoder) {
        this.encoder = encoder;
    }

    @Override
    public void start() {
        Encoder<ILoggingEvent> format = encoder;
        if (format == null) {
            addError("no encoder for the appender " + name);
            return;
        }
        backlog = new Backlog<>("headgate-log-" + lines, memory, lines,
                event -> write(format.encode(event)), lines::tell);
        super.start();
    }

    private static void write(byte[] line) throws IOException {
        StandardStreams.write(line, line.length);
    }

    /** Once this has ended, a thread that still logs gets no complaint on the console. */
    @Override
    public void doAppend(ILoggingEvent event) {
        if (isStarted()) {
            super.doAppend(event);
        }
    }

    @Override
    protected void append(ILoggingEvent event) {
        Backlog<ILoggingEvent> open = backlog;
        if (open != null) {
            event.prepareForDeferredProcessing();
            open.offer(event, weight(event), sparing && event.getLevel().toInt() < Level.WARN_INT
                    ? FOR_ORDINARY_LINES
                    : 1);
        }
    }

    private static int weight(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        int weight = OVERHEAD + (message == null ? 0 : message.length());
        List<KeyValuePair> pairs = event.getKeyValuePairs();
        for (int i = 0; pairs != null && i < pairs.size(); i++) {
            if (pairs.get(i).value instanceof String text) {
                weight += text.length();
            }
        }
        return event.getThrowableProxy() == null ? weight : weight + TRACE;
    }

    @Override
    public void stop() {
        Backlog<ILoggingEvent> open = backlog;
        super.stop();
        if (open != null) {
            backlog = null;
            open.end();
        }
    }
}
