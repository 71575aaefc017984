package io.headgate.discovery;

import io.headgate.net.Transport;
import io.netty.channel.EventLoop;
import io.netty.resolver.dns.DnsNameResolverBuilder;
import io.netty.resolver.dns.DnsServerAddressStreamProvider;
import io.netty.resolver.dns.DnsServerAddressStreamProviders;
import io.netty.resolver.dns.NoopDnsCnameCache;

/**
 * Whom to ask for DNS records, and how: without a cache, since whoever asks knows how long an answer holds.
 *
 * @param servers which name server for which name
 */
record NameServers(DnsServerAddressStreamProvider servers) {

    /** What the system is configured to ask. */
    static final NameServers OF_THE_SYSTEM = new NameServers(
            DnsServerAddressStreamProviders.platformDefault());

    DnsNameResolverBuilder resolver(EventLoop loop, Transport transport) {
        return new DnsNameResolverBuilder(loop).datagramChannelType(transport.datagram())
                .socketChannelType(transport.socket()).nameServerProvider(servers)
                .cnameCache(NoopDnsCnameCache.INSTANCE);
    }
}
