package io.headgate.discovery;

import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.resolver.dns.DnsErrorCauseException;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.util.concurrent.Future;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The A records of a name, or its AAAA records. Each family keeps its own last good answer, so that a failing
 * question after one does not take away what the other knows.
 */
final class AddressFamily {

    private final String host;
    private final Lifetimes lifetimes = new Lifetimes();
    private final DnsNameResolver resolver;
    private List<InetAddress> lastGood = List.of();

    AddressFamily(String host, DnsNameResolverBuilder builder, ResolvedAddressTypes type) {
        this.host = host;
        this.resolver = builder.resolveCache(lifetimes).resolvedAddressTypes(type).build();
    }

    /**
     * @param addresses of the last good answer
     * @param lifetime null where the answer does not say
     * @param trouble why there is no better answer, null for a good one
     * @param denied whether the name servers said that there is no such record
     */
    record Answer(List<InetAddress> addresses, @Nullable Duration lifetime, @Nullable Throwable trouble,
            boolean denied) {}

    void ask(Consumer<Answer> to) {
        lifetimes.clear();
        resolver.resolveAll(host).addListener((Future<List<InetAddress>> asked) -> to.accept(answer(asked)));
    }

    private Answer answer(Future<List<InetAddress>> asked) {
        boolean good = asked.isSuccess();
        boolean denied = !good && denies(asked.cause());
        if (good) {
            lastGood = List.copyOf(asked.getNow());
        } else if (denied) {
            lastGood = List.of();
        }
        return new Answer(lastGood, lifetimes.take(), asked.cause(), denied);
    }

    /**
     * Netty gives a cause to an unknown host only where a name server failed, or said that there is no name.
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
