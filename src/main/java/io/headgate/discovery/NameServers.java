package io.headgate.discovery;

import io.headgate.net.ResponsiveFirst;
import io.netty.channel.EventLoop;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.NoopDnsCnameCache;

/**
 * Whom to ask for DNS records, and how: without a cache, since whoever asks knows how long an answer holds.
 *
 * @param servers which name server for which name
 * @param timeoutMillis how long each of them may take
 */
record NameServers(DnsServerAddressStreamProvider servers, int timeoutMillis) {

    /** What the system is configured to ask. */
    static final NameServers OF_THE_SYSTEM = new NameServers(
            new ResponsiveFirst(DnsServerAddressStreamProviders.platformDefault()),
            ResponsiveFirst.QUERY_TIMEOUT);

    /** Without sockets, which {@link Truncation} makes. */
    DnsNameResolverBuilder resolver(EventLoop loop) {
        return new DnsNameResolverBuilder(loop).nameServerProvider(servers)
                .queryTimeoutMillis(timeoutMillis).cnameCache(NoopDnsCnameCache.INSTANCE);
    }
}
