package io.headgate.net;

import io.netty.resolver.dns.DnsNameResolverTimeoutException;
import io.netty.resolver.dns.DnsServerAddressStream;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerResponseFeedbackAddressStream;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The name servers in their own order, but those last that have not answered when they were asked last:
 * otherwise every question would wait for a silent one first. One that has come back is found when the others
 * fall silent.
 *
 * @param servers which name servers there are
 * @param silent those that have not answered
 */
public record ResponsiveFirst(DnsServerAddressStreamProvider servers, Set<InetSocketAddress> silent)
        implements
            DnsServerAddressStreamProvider {

    /** In milliseconds, in place of Netty's five seconds: with one lost datagram they are lost too. */
    public static final int QUERY_TIMEOUT = 2_000;

    /** Starts without knowing any silent one. */
    public ResponsiveFirst(DnsServerAddressStreamProvider servers) {
        this(servers, ConcurrentHashMap.newKeySet());
    }

    @Override
    public DnsServerAddressStream nameServerAddressStream(String hostname) {
        DnsServerAddressStream all = servers.nameServerAddressStream(hostname);
        List<InetSocketAddress> first = new ArrayList<>();
        List<InetSocketAddress> last = new ArrayList<>();
        for (int i = all.size(); i > 0; i--) {
            InetSocketAddress next = all.next();
            (silent.contains(next) ? last : first).add(next);
        }
        first.addAll(last);
        return new Ordered(first, silent, 0);
    }

    /** Goes round and round, as Netty expects. */
    private static final class Ordered implements DnsServerResponseFeedbackAddressStream {

        private final List<InetSocketAddress> servers;
        private final Set<InetSocketAddress> silent;
        private int next;

        Ordered(List<InetSocketAddress> servers, Set<InetSocketAddress> silent, int next) {
            this.servers = servers;
            this.silent = silent;
            this.next = next;
        }

        @Override
        public InetSocketAddress next() {
            InetSocketAddress server = servers.get(next);
            next = (next + 1) % servers.size();
            return server;
        }

        @Override
        public int size() {
            return servers.size();
        }

        @Override
        public DnsServerAddressStream duplicate() {
            return new Ordered(servers, silent, next);
        }

        @Override
        public void feedbackSuccess(InetSocketAddress address, long queryResponseTimeNanos) {
            silent.remove(address);
        }

        @Override
        public void feedbackFailure(InetSocketAddress address, Throwable failureCause,
                long queryResponseTimeNanos) {
            if (failureCause instanceof DnsNameResolverTimeoutException) {
                silent.add(address);
            }
        }
    }
}
