package io.headgate.discovery;

import io.headgate.net.EventLoops;
import io.netty.channel.EventLoop;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;

/**
 * Makes sources.
 *
 * @param client the application's, null where it has none
 */
record Sources(EventLoops loops, NameServers servers, @Nullable ReactiveDiscoveryClient client) {

    Source open(SourceSpec spec, Pace pace) {
        EventLoop loop = loops.next();
        return new Poller(lookup(spec, loop), loop, pace);
    }

    private Lookup lookup(SourceSpec spec, EventLoop loop) {
        return switch (spec) {
            case SourceSpec.Dns(var name) -> new DnsLookup(name, servers, loop, loops.transport());
            case SourceSpec.Srv(String name) -> new SrvLookup(name, servers, loop, loops.transport());
            case SourceSpec.Service(String id) -> {
                if (client == null) {
                    throw new IllegalStateException(
                            "service: " + id
                                    + " (expected: a Spring Cloud DiscoveryClient in the application)");
                }
                yield new ServiceLookup(id, client);
            }
        };
    }
}
