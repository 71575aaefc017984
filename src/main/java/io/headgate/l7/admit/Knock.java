package io.headgate.l7.admit;

import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A request that wants to come in, as far as rules look at it. */
public interface Knock {

    /** All lines of a header. */
    List<String> header(String name);

    /** The client's address; null if its connection is gone already. */
    @Nullable
    InetAddress address();
}
