package io.headgate.l7.port;

import io.netty.channel.Channel;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The clients' HTTP/2 connections, so that they can be told to go elsewhere. Reactor Netty tells only those
 * with a request in flight, and only when the port closes.
 */
final class Http2Connections {

    private final Map<Channel, Http2Session> open = new ConcurrentHashMap<>();

    void add(Channel channel, Http2Session session) {
        open.put(channel, session);
        channel.closeFuture().addListener(closed -> open.remove(channel));
    }

    int size() {
        return open.size();
    }

    /** About how many streams are open: each event loop counts its own. */
    int streams() {
        return open.values().stream().mapToInt(Http2Session::streams).sum();
    }

    /** No more requests are wanted. */
    void announce() {
        open.forEach((channel, session) -> channel.eventLoop().execute(session::announce));
    }

    /** Whether every client has read that. */
    boolean areSettled() {
        return open.values().stream().allMatch(Http2Session::isSettled);
    }

    /** No more requests are served. */
    void finish() {
        open.forEach((channel, session) -> channel.eventLoop().execute(session::finish));
    }
}
