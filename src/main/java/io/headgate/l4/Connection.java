package io.headgate.l4;

import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An open connection or session, as it looks at this moment. May be asked by any thread. */
public interface Connection {

    /** Unique as long as the process runs. */
    long id();

    /** The name of the listener that accepted it. */
    String listener();

    /** Who connected. */
    InetSocketAddress client();

    /** Who serves it; null while none has been found. */
    @Nullable
    Member member();

    Instant openedAt();

    /** Bytes that came from the client. */
    long bytesIn();

    /** Bytes that came from the member. */
    long bytesOut();

    /** How many of both went past our memory (Linux's splice). */
    long bytesSpliced();

    /** Cuts it off soon; both sides see a reset. */
    void close(Reason reason);
}
