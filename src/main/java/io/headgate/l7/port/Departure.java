package io.headgate.l7.port;

import io.netty.channel.Channel;
import io.netty.util.AttributeKey;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Tells those who serve streams of an HTTP/2 connection that it takes no more, because Headgate shuts down.
 * For those whose end nobody else knows: an answer ends by itself. Belongs to the connection's event loop.
 */
public final class Departure {

    private static final AttributeKey<Departure> KEY = AttributeKey.valueOf("headgate.departure");

    private final Set<Runnable> told = new LinkedHashSet<>();
    private boolean begun;

    private Departure() {
    }

    /** That of a connection. */
    public static Departure of(Channel connection) {
        Departure known = connection.attr(KEY).get();
        if (known == null) {
            known = new Departure();
            connection.attr(KEY).set(known);
        }
        return known;
    }

    /** Runs this when it begins, or now if it has. */
    public void tell(Runnable action) {
        if (begun) {
            action.run();
        } else {
            told.add(action);
        }
    }

    public void forget(Runnable action) {
        told.remove(action);
    }

    void begin() {
        begun = true;
        List<Runnable> all = new ArrayList<>(told);
        told.clear();
        all.forEach(Runnable::run);
    }
}
