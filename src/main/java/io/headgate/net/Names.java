package io.headgate.net;

import io.netty.resolver.AddressResolver;
import io.netty.resolver.AddressResolverGroup;
import io.netty.resolver.dns.DnsAddressResolverGroup;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;

/**
 * Resolves host names without blocking, on the caller's event loop, through the system's name servers and
 * hosts file. Answers are kept for their time to live, at most a minute, so that a member whose address
 * changed is found again.
 */
public final class Names implements AutoCloseable {

    private static final int MAX_TTL_SECONDS = 60;
    private static final int FAILURE_TTL_SECONDS = 1;

    private final AddressResolverGroup<InetSocketAddress> group;

    public Names(Transport transport) {
        group = new DnsAddressResolverGroup(
                new DnsNameResolverBuilder().datagramChannelType(transport.datagram())
                        .socketChannelType(transport.socket())
                        .nameServerProvider(
                                new ResponsiveFirst(DnsServerAddressStreamProviders.platformDefault()))
                        .queryTimeoutMillis(ResponsiveFirst.QUERY_TIMEOUT).ttl(0, MAX_TTL_SECONDS)
                        .negativeTtl(FAILURE_TTL_SECONDS));
    }

    /** For Netty's {@code Bootstrap.resolver}. */
    public AddressResolverGroup<InetSocketAddress> group() {
        return group;
    }

    /** The resolver of one event loop. */
    public AddressResolver<InetSocketAddress> on(EventExecutor loop) {
        return group.getResolver(loop);
    }

    @Override
    public void close() {
        group.close();
    }
}
