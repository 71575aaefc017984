package io.headgate.discovery;

import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.resolver.dns.DnsCache;
import io.netty.resolver.dns.DnsCacheEntry;
import io.netty.resolver.dns.NoopDnsCache;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Records how long answers are valid. Netty's resolver passes the time to live of a record only to its cache,
 * so this is a cache that keeps nothing else.
 */
final class Lifetimes implements DnsCache {

    private @Nullable Duration shortest;

    /** The shortest lifetime since the last call; null when no record came from a name server. */
    @Nullable
    Duration take() {
        Duration taken = shortest;
        shortest = null;
        return taken;
    }

    @Override
    public DnsCacheEntry cache(String hostname, DnsRecord[] additionals, InetAddress address,
            long originalTtl,
            EventLoop loop) {
        Duration lifetime = Duration.ofSeconds(originalTtl);
        if (shortest == null || lifetime.compareTo(shortest) < 0) {
            shortest = lifetime;
        }
        return NoopDnsCache.INSTANCE.cache(hostname, additionals, address, originalTtl, loop);
    }

    @Override
    public @Nullable DnsCacheEntry cache(String hostname, DnsRecord[] additionals, Throwable cause,
            EventLoop loop) {
        return NoopDnsCache.INSTANCE.cache(hostname, additionals, cause, loop);
    }

    @Override
    public List<? extends DnsCacheEntry> get(String hostname, DnsRecord[] additionals) {
        return List.of();
    }

    @Override
    public void clear() {
        shortest = null;
    }

    @Override
    public boolean clear(String hostname) {
        return false;
    }
}
