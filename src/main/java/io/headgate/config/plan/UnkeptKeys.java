package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.core.env.Environment;

/**
 * Finds properties that only one lane would keep. A limit that holds for some requests is worse than none, so
 * each is a fault that names what to write instead.
 */
final class UnkeptKeys {

    private static final String CLIENT = RouteDefinitions.PREFIX + ".httpclient.";
    private static final String POOL = CLIENT + "pool.";

    /**
     * A property of this kind.
     *
     * @param kept the one value that both lanes keep; null for none
     * @param instead what does the same for both lanes
     */
    private record Key(String name, @Nullable String kept, String instead) {}

    private static final List<Key> KEYS = List.of(
            new Key("server.netty.idle-timeout", null,
                    "Write headgate.client.idle-timeout: the time without a request."),
            new Key("server.netty.max-keep-alive-requests", null,
                    "Remove it: connections of clients end by headgate.client.idle-timeout, and at shutdown."),
            new Key("server.netty.h2c-max-content-length", null,
                    "Remove it: offers to upgrade to HTTP/2 are not taken, so that no body comes with one."),
            new Key(CLIENT + "max-header-size", "64KB",
                    "Remove it: the headers of a member's answer may have 64 KB on both lanes."),
            new Key(CLIENT + "max-initial-line-length", "8KB",
                    "Remove it: the status line of a member's answer may have 8 KB on both lanes."),
            new Key(CLIENT + "websocket.max-frame-payload-length", null,
                    "Remove it: the bytes of WebSockets pass as they are, and no frame is kept in memory."),
            new Key(CLIENT + "websocket.proxy-ping", "true",
                    "Remove it: the bytes of WebSockets pass as they are, pings included."),
            new Key(POOL + "type", "elastic",
                    "Remove it, and limit each pool: headgate.pools.NAME.max-connections, with a queue."),
            new Key(POOL + "max-connections", null,
                    "Limit each pool: headgate.pools.NAME.max-connections."),
            new Key(POOL + "acquire-timeout", null,
                    "Give each pool a queue: headgate.pools.NAME.queue: { size: 100, timeout: 2s }."));

    private UnkeptKeys() {
    }

    static void check(Environment environment, Faults faults) {
        for (Key key : KEYS) {
            String value = environment.getProperty(key.name, "");
            if (!value.isEmpty() && !value.equalsIgnoreCase(key.kept)) {
                faults.add(key.name, value, key.kept == null ? "not set" : key.kept + ", or not set",
                        key.instead);
            }
        }
    }
}
