package io.headgate.filter;

import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The head of a request as it came, before any filter. */
public interface RequestHead {

    String method();

    /** The path as it was sent, neither decoded nor normalised. */
    String path();

    /** The query as it was sent, without its question mark; null if there is none. */
    @Nullable
    String query();

    /** The first value of a header, null for none. Names are compared without regard to case. */
    @Nullable
    String header(String name);

    /** All values of a header, in order. */
    List<String> headers(String name);

    /** The client's address, which PROXY protocol may have told; null if it has none. */
    @Nullable
    InetSocketAddress client();
}
