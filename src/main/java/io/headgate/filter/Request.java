package io.headgate.filter;

import java.net.InetSocketAddress;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request as the filters before this one have left it. Belongs to one request; a filter must not keep it
 * beyond its decision.
 */
public interface Request {

    String method();

    /** The path as it was sent, neither decoded nor normalised. */
    String path();

    /** Sends the member this path. It begins with a slash, and has its escapes. */
    void path(String raw);

    /** The query as it was sent, without its question mark; null if there is none. */
    @Nullable
    String query();

    /** Sends the member this query; null for none. */
    void query(@Nullable String raw);

    /** Hop-by-hop headers, such as Connection, are not among them, and have no effect if they are set. */
    Headers headers();

    /** The client's address, which PROXY protocol may have told; null if it has none. */
    @Nullable
    InetSocketAddress client();

    /** The id of the route. */
    String route();

    /** The variables of the route's Path and Host patterns, decoded. */
    Map<String, String> variables();

    /** Something that a filter kept for others, and for its own {@link Filter#response}; null for nothing. */
    @Nullable
    Object attribute(String name);

    void attribute(String name, Object value);
}
