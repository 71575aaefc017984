package io.headgate.discovery;

import io.headgate.net.Transport;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The A records of a name, or its AAAA records. Each family keeps its own last good answer, so that a failing
 * query for one does not discard what the other knows.
 */
final class AddressFamily {

    private final String host;
    private final Lifetimes lifetimes = new Lifetimes();
    private final Truncation truncation = new Truncation();
    private final DnsNameResolver resolver;
    private List<InetAddress> lastGood = List.of();
    private boolean asking;
    private Consumer<Answer> waiting = answer -> {
    };

    AddressFamily(String host, NameServers servers, EventLoop loop, Transport transport,
            ResolvedAddressTypes type) {
        this.host = host;
        this.resolver = truncation.watch(servers.resolver(loop), transport).resolveCache(lifetimes)
                .resolvedAddressTypes(type).build();
    }

    /**
     * @param addresses of the last good answer
     * @param lifetime null if the answer does not say
     * @param trouble why there is no better answer, null for a good one
     * @param denied whether the name servers said that there is no such record
     */
    record Answer(List<InetAddress> addresses, @Nullable Duration lifetime, @Nullable Throwable trouble,
            boolean denied) {}

    /**
     * Asks, or waits for the answer to a running query. The previous caller, which waited for that answer,
     * gets none.
     */
    void ask(Consumer<Answer> to) {
        waiting = to;
        if (!asking) {
            asking = true;
            lifetimes.clear();
            truncation.clear();
            resolver.resolveAll(host).addListener((Future<List<InetAddress>> asked) -> {
                asking = false;
                waiting.accept(answer(asked));
            });
        }
    }

    /** What is known while there is no answer yet. */
    Answer known() {
        return new Answer(lastGood, null, null, false);
    }

    private Answer answer(Future<List<InetAddress>> asked) {
        Throwable trouble = asked.isSuccess() ? truncation.trouble().orElse(null) : asked.cause();
        boolean denied = !asked.isSuccess() && denies(asked.cause());
        if (trouble == null) {
            lastGood = List.copyOf(asked.getNow());
        } else if (denied) {
            lastGood = List.of();
        }
        return new Answer(lastGood, lifetimes.take(), trouble, denied);
    }

    /**
     * Netty gives an unknown host a cause only if a name server failed, or said that the name does not exist.
     */
    private static boolean denies(Throwable failure) {
        Throwable cause = failure.getCause();
        boolean noName = cause instanceof DnsErrorCauseException error
                && error.getCode().equals(DnsResponseCode.NXDOMAIN);
        return cause == null || noName;
    }

    void close() {
        resolver.close();
    }
}
