package io.headgate.admin;

import io.headgate.l4.Connection;
import io.headgate.l4.Listener;
import io.headgate.l4.Listeners;
import io.headgate.pool.Clock;
import io.headgate.pool.Member;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * {@code GET /actuator/listeners}, {@code GET /actuator/listeners/{name}} and
 * {@code GET /actuator/listeners/{name}/connections}.
 */
@Endpoint(id = "listeners")
public final class ListenersEndpoint {

    private final Listeners listeners;
    private final Clock clock;

    public ListenersEndpoint(Listeners listeners, Clock clock) {
        this.listeners = listeners;
        this.clock = clock;
    }

    /** What is shown of a listener. */
    record ListenerView(String name, String bind, @Nullable String pool, boolean paused, int open,
            long accepted,
            long refused,
            int maxConnections) {

        static ListenerView of(Listener listener) {
            InetSocketAddress bound = listener.bound();
            return new ListenerView(listener.name(),
                    bound == null
                            ? listener.spec().bind().toString()
                            : bound.getAddress().getHostAddress() + ":" + bound.getPort(),
                    listener.spec().pool(), listener.paused(), listener.open(), listener.accepted(),
                    listener.refused(),
                    listener.spec().limits().maxConnections());
        }
    }

    /** What is shown of a connection; bytes in come from the client, bytes out from the member. */
    record ConnectionView(long id, String client, @Nullable String member, Duration age, long bytesIn,
            long bytesOut, long bytesSpliced) {}

    @ReadOperation
    public Map<String, List<ListenerView>> listeners() {
        return Map.of("listeners", listeners.all().stream().map(ListenerView::of).toList());
    }

    @ReadOperation
    public WebEndpointResponse<Object> listener(
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path) {
        Listener listener = listeners.find(path[0]).orElse(null);
        if (listener == null) {
            List<String> names = listeners.all().stream().map(Listener::name).toList();
            return notFound("listener: " + path[0] + " (expected: one of " + names + ")");
        }
        if (path.length == 1) {
            return new WebEndpointResponse<>(ListenerView.of(listener));
        }
        if (path.length == 2 && path[1].equals("connections")) {
            return new WebEndpointResponse<>(
                    Map.of("connections", listener.connections().stream().map(this::view).toList()));
        }
        return notFound("path: " + String.join("/", path) + " (expected: LISTENER or LISTENER/connections)");
    }

    private ConnectionView view(Connection connection) {
        InetSocketAddress client = connection.client();
        Member member = connection.member();
        return new ConnectionView(connection.id(),
                client.getAddress().getHostAddress() + ":" + client.getPort(),
                member == null ? null : member.id(),
                Duration.between(connection.openedAt(), clock.wall().instant()), connection.bytesIn(),
                connection.bytesOut(), connection.bytesSpliced());
    }

    private static WebEndpointResponse<Object> notFound(String error) {
        return new WebEndpointResponse<>(Map.of("error", error), WebEndpointResponse.STATUS_NOT_FOUND);
    }
}
