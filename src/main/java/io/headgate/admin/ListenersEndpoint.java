package io.headgate.admin;

import io.headgate.admin.access.Audit;
import io.headgate.l4.Connection;
import io.headgate.l4.Listener;
import io.headgate.l4.Listeners;
import io.headgate.pool.Clock;
import io.headgate.pool.Reason;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.Selector;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * {@code GET /actuator/listeners}, {@code GET /actuator/listeners/{name}} and
 * {@code GET /actuator/listeners/{name}/connections}; {@code POST /actuator/listeners/{name}} pauses and
 * resumes, {@code POST /actuator/listeners/{name}/connections} closes connections.
 */
@Endpoint(id = "listeners")
public final class ListenersEndpoint {

    private static final String FORM = "LISTENER or LISTENER/connections";

    private final Listeners listeners;
    private final ConnectionPage pages;

    public ListenersEndpoint(Listeners listeners, Clock clock) {
        this.listeners = listeners;
        this.pages = new ConnectionPage(clock);
    }

    @ReadOperation
    public Map<String, List<ListenerView>> listeners() {
        return Map.of("listeners", listeners.all().stream().map(ListenerView::of).toList());
    }

    /** A listener, or a page of its connections; only those of a member or of a client if these are given. */
    @ReadOperation
    public WebEndpointResponse<Object> listener(
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path, @Nullable String member,
            @Nullable String client, @Nullable String offset, @Nullable String limit) {
        Listener listener = listeners.find(path[0]).orElse(null);
        if (listener == null) {
            return unknown(path[0]);
        }
        if (path.length == 1) {
            return new WebEndpointResponse<>(ListenerView.of(listener));
        }
        if (!isConnections(path)) {
            return notFound("path: " + String.join("/", path) + " (expected: " + FORM + ")");
        }
        try {
            return new WebEndpointResponse<>(
                    pages.of(listener, listeners.all(), ConnectionFilter.of(member, client),
                            WholeNumber.of("offset", offset, 0, 0, Integer.MAX_VALUE),
                            WholeNumber.of("limit", limit, 100, 1, 1000)));
        } catch (IllegalArgumentException e) {
            return badRequest(e);
        }
    }

    /** Pauses or resumes a listener by {@code state}, or closes connections by {@code close}. */
    @WriteOperation
    public WebEndpointResponse<Object> operate(SecurityContext who,
            @Selector(match = Selector.Match.ALL_REMAINING) String[] path, @Nullable String state,
            @Nullable String close, @Nullable String member, @Nullable String client,
            @Nullable String reason) {
        Listener listener = listeners.find(path[0]).orElse(null);
        if (listener == null) {
            return unknown(path[0]);
        }
        try {
            if (path.length == 1) {
                return pause(who, listener, state, reason);
            }
            return isConnections(path)
                    ? close(who, listener, close, ConnectionFilter.of(member, client), reason)
                    : notFound("path: " + String.join("/", path) + " (expected: " + FORM + ")");
        } catch (IllegalArgumentException e) {
            return badRequest(e);
        }
    }

    private WebEndpointResponse<Object> pause(SecurityContext who, Listener listener, @Nullable String state,
            @Nullable String reason) {
        String before = listener.paused() ? "paused" : "running";
        switch (state) {
            case "paused" -> listeners.pause(listener.name());
            case "running" -> listeners.resume(listener.name());
            case null, default -> throw new IllegalArgumentException(
                    "state: " + state + " (expected: paused or running)");
        }
        Audit.done(who, "listener " + listener, before, state, reason);
        return new WebEndpointResponse<>(ListenerView.of(listener));
    }

    private static WebEndpointResponse<Object> close(SecurityContext who, Listener listener,
            @Nullable String which, ConnectionFilter filter, @Nullable String reason) {
        if (which == null || !which.matches("all|\\d{1,18}")) {
            throw new IllegalArgumentException("close: " + which + " (expected: all, or a connection's id)");
        }
        List<Connection> found = listener.connections().stream()
                .filter(c -> which.equals("all") || c.id() == Long.parseLong(which)).filter(filter).toList();
        if (found.isEmpty() && !which.equals("all")) {
            return notFound("close: " + which + " (expected: the id of an open connection of " + listener
                    + ")");
        }
        found.forEach(connection -> connection.close(Reason.CLOSED_BY_OPERATOR));
        Audit.done(who, "connections of listener " + listener, which + " " + filter,
                found.size() + " closed", reason);
        return new WebEndpointResponse<>(Map.of("closed", found.size()));
    }

    private static boolean isConnections(String[] path) {
        return path.length == 2 && path[1].equals("connections");
    }

    private WebEndpointResponse<Object> unknown(String name) {
        List<String> names = listeners.all().stream().map(Listener::name).toList();
        return notFound("listener: " + name + " (expected: one of " + names + ")");
    }

    private static WebEndpointResponse<Object> notFound(String error) {
        return new WebEndpointResponse<>(Map.of("error", error), WebEndpointResponse.STATUS_NOT_FOUND);
    }

    private static WebEndpointResponse<Object> badRequest(IllegalArgumentException e) {
        return new WebEndpointResponse<>(Map.of("error", String.valueOf(e.getMessage())),
                WebEndpointResponse.STATUS_BAD_REQUEST);
    }
}
