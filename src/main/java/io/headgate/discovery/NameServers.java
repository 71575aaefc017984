package io.headgate.discovery;

import io.headgate.net.ResponsiveFirst;
import io.netty.channel.EventLoop;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.NoopDnsCnameCache;

/**
 * Which name servers to ask for DNS records, and how: without a cache, because the callers know how long an
 * answer is valid.
 *
 * @param servers which name server for which name
 * @param timeoutMillis how long each of them may take
 */
record NameServers(DnsServerAddressStreamProvider servers, int timeoutMillis) {

    /** The name servers of the system's configuration. */
    static final NameServers OF_THE_SYSTEM = new NameServers(
            new ResponsiveFirst(DnsServerAddressStreamProviders.platformDefault()),
            ResponsiveFirst.QUERY_TIMEOUT);

    /** A builder without sockets; {@link Truncation} makes those. */
    DnsNameResolverBuilder resolver(EventLoop loop) {
        return new DnsNameResolverBuilder(loop).nameServerProvider(servers)
                .queryTimeoutMillis(timeoutMillis).cnameCache(NoopDnsCnameCache.INSTANCE);
    }
}
