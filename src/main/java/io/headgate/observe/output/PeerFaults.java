package io.headgate.observe.output;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxy;
import ch.qos.logback.core.filter.Filter;
import ch.qos.logback.core.spi.FilterReply;
import io.netty.channel.ChannelException;
import io.netty.handler.codec.CodecException;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.timeout.TimeoutException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import reactor.netty.channel.AbortedException;

/**
 * Libraries log the faults of clients and members with a stack trace, as often as a peer likes to cause them.
 * Such lines are written without the trace, and once a second for each logger and kind of failure. The rest
 * is counted. Reasons and meters show how often it happened.
 */
public final class PeerFaults extends Filter<ILoggingEvent> {

    /** The loggers of classes that serve connections. */
    private static final List<String> CONNECTIONS = List.of("io.netty.", "reactor.",
            "org.springframework.web.server.",
            "org.springframework.http.", "org.springframework.boot.webflux.", "io.headgate.l7.",
            "io.headgate.l4.");
    /** This logger repeats what another one has logged. */
    private static final String ECHO = "reactor.netty.http.server.HttpServerOperations";
    /** Names the failure of an answer that had begun within its message. */
    private static final String CUT = "org.springframework.web.server.adapter.HttpWebHandlerAdapter";
    /** On the slow lane, a member failed or took too long. */
    private static final String FAILURE = "io.headgate.l7.gateway.Failure";
    private static final long INTERVAL = TimeUnit.SECONDS.toMillis(1);
    private static final Logger LOG = LoggerFactory.getLogger("headgate.log");

    /** When such a line was written, and how many have been left out since. */
    private record Told(long millis, long left) {}

    private final Map<String, Told> told = new ConcurrentHashMap<>();

    @Override
    public FilterReply decide(ILoggingEvent event) {
        IThrowableProxy failure = event.getThrowableProxy();
        String logger = event.getLoggerName();
        if (event.getLevel().toInt() < Level.WARN_INT || !isOfConnections(event)
                || (failure == null && !logger.equals(CUT))) {
            return FilterReply.NEUTRAL;
        }
        IThrowableProxy peers = of(event);
        failure = peers != null ? peers : failure;
        long now = event.getTimeStamp();
        Told last = told.get(key(logger, failure));
        if ((peers != null && logger.equals(ECHO)) || (last != null && now - last.millis < INTERVAL)) {
            told.computeIfPresent(key(logger, failure), (key, same) -> new Told(same.millis, same.left + 1));
            Drops.REPEATED.add();
            return FilterReply.DENY;
        }
        Told before = told.put(key(logger, failure), new Told(now, 0));
        if (before != null && before.left > 0) {
            LOG.warn("{} lines of {} like the following one were omitted", before.left, logger);
        }
        return FilterReply.NEUTRAL;
    }

    private static String key(String logger, @Nullable IThrowableProxy failure) {
        return failure == null ? logger : logger + ' ' + failure.getClassName();
    }

    /** The failure if it is a peer's; otherwise null. */
    static @Nullable IThrowableProxy of(ILoggingEvent event) {
        IThrowableProxy failure = event.getThrowableProxy();
        if (failure == null || event.getLevel().toInt() < Level.WARN_INT
                || !isOfConnections(event)) {
            return null;
        }
        int depth = 0;
        for (IThrowableProxy cause = failure; cause != null
                && depth < 10; cause = cause.getCause(), depth++) {
            if (cause instanceof ThrowableProxy known && isPeers(known.getThrowable())) {
                return cause;
            }
        }
        return null;
    }

    private static boolean isOfConnections(ILoggingEvent event) {
        return CONNECTIONS.stream().anyMatch(event.getLoggerName()::startsWith);
    }

    private static boolean isPeers(Throwable cause) {
        return cause instanceof IOException || cause instanceof CodecException
                || cause instanceof Http2Exception
                || cause instanceof ChannelException || cause instanceof TimeoutException
                || cause instanceof AbortedException || cause.getClass().getName().equals(FAILURE);
    }
}
