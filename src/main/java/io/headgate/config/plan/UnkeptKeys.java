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

    private static final String POOL = RouteDefinitions.PREFIX + ".httpclient.pool.";

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
