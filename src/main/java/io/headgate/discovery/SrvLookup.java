package io.headgate.discovery;

import io.headgate.net.Transport;
import io.netty.channel.EventLoop;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DnsRawRecord;
import io.netty.handler.codec.dns.DnsRecord;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.resolver.dns.DnsNameResolver;
import io.netty.util.ReferenceCountUtil;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The SRV records of a name. */
final class SrvLookup implements Lookup {

    private final String name;
    private final Truncation truncation = new Truncation();
    private final DnsNameResolver resolver;

    SrvLookup(String name, NameServers servers, EventLoop loop, Transport transport) {
        this.name = name;
        this.resolver = truncation.watch(servers.resolver(loop), transport).build();
    }

    @Override
    public void look(Promise<Found> answer) {
        truncation.clear();
        resolver.resolveAll(new DefaultDnsQuestion(name, DnsRecordType.SRV))
                .addListener((Future<List<DnsRecord>> asked) -> {
                    if (!asked.isSuccess()) {
                        answer.tryFailure(asked.cause());
                        return;
                    }
                    truncation.trouble().ifPresent(answer::tryFailure);
                    take(asked.getNow(), answer);
                });
    }

    private void take(List<DnsRecord> records, Promise<Found> answer) {
        try {
            List<SrvRecord> services = new ArrayList<>();
            long lifetime = Long.MAX_VALUE;
            for (DnsRecord record : records) {
                if (record instanceof DnsRawRecord raw && record.type().equals(DnsRecordType.SRV)) {
                    services.add(SrvRecord.read(raw.content()));
                    lifetime = Math.min(lifetime, record.timeToLive());
                }
            }
            services.removeIf(service -> !service.available());
            if (services.isEmpty()) {
                answer.tryFailure(new NobodyException(name + " says that the service is not available"));
            } else {
                answer.trySuccess(new Found(SrvRecord.members(services), Duration.ofSeconds(lifetime)));
            }
        } catch (RuntimeException malformed) {
            answer.tryFailure(malformed);
        } finally {
            records.forEach(ReferenceCountUtil::release);
        }
    }

    @Override
    public void close() {
        resolver.close();
    }
}
