package io.headgate.discovery;

import io.headgate.net.EventLoops;
import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Promise;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;

/**
 * Makes sources.
 *
 * @param client the application's, null if it has none
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
            case SourceSpec.Service(String id) -> client == null
                    ? new NoClient(id)
                    : new ServiceLookup(id, client);
        };
    }

    /**
     * The configuration's checks refuse a service without a client. If one gets through, its pool shows the
     * reason.
     */
    private record NoClient(String service) implements Lookup {

        @Override
        public void look(Promise<Found> answer) {
            answer.tryFailure(new NobodyException(
                    service + " (expected: a Spring Cloud DiscoveryClient in the application)"));
        }

        @Override
        public void close() {
        }
    }
}
