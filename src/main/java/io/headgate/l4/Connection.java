package io.headgate.l4;

import io.headgate.pool.Member;
import io.headgate.pool.Reason;
import java.net.InetSocketAddress;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** An open connection or session at this moment. Any thread may read it. */
public interface Connection {

    /** Unique as long as the process runs. */
    long id();

    /** The name of the listener that accepted it. */
    String listener();

    /** The client's address. */
    InetSocketAddress client();

    /** The member that serves it; null while none has been found. */
    @Nullable
    Member member();

    Instant openedAt();

    /** Bytes that came from the client. */
    long bytesIn();

    /** Bytes that came from the member. */
    long bytesOut();

    /** How many of both the kernel moved without copying (Linux's splice). */
    long bytesSpliced();

    /** Cuts it soon; both sides see a reset. */
    void close(Reason reason);
}
