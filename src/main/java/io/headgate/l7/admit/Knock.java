package io.headgate.l7.admit;

import io.netty.channel.Channel;
import java.net.InetAddress;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A request that wants to come in, as far as rules look at it. */
public interface Knock {

    /** All lines of a header. */
    List<String> header(String name);

    /** The client's address; null if its connection is gone already. */
    @Nullable
    InetAddress address();

    String method();

    /** As the client has sent it. */
    String target();

    /** Each line of each header, as the filters before have left them. */
    void eachHeader(BiConsumer<String, String> line);

    /** The connection of the client, or its stream; null if it is gone already. */
    @Nullable
    Channel connection();
}
