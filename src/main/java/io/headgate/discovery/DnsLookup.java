package io.headgate.discovery;

import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.pool.MemberSpec;
import io.netty.channel.EventLoop;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The A and AAAA records of a host name. */
final class DnsLookup implements Lookup {

    private final Address name;
    private final AddressFamily v4;
    private final AddressFamily v6;

    DnsLookup(Address name, NameServers servers, EventLoop loop, Transport transport) {
        this.name = name;
        this.v4 = new AddressFamily(name.host(), servers.resolver(loop, transport),
                ResolvedAddressTypes.IPV4_ONLY);
        this.v6 = new AddressFamily(name.host(), servers.resolver(loop, transport),
                ResolvedAddressTypes.IPV6_ONLY);
    }

    @Override
    public void look(Promise<Found> answer) {
        v4.ask(four -> v6.ask(six -> conclude(four, six, answer)));
    }

    private void conclude(AddressFamily.Answer four, AddressFamily.Answer six, Promise<Found> answer) {
        if (four.trouble() != null && six.trouble() != null) {
            answer.tryFailure(four.denied() ? six.trouble() : four.trouble());
            return;
        }
        List<MemberSpec> members = Stream.concat(four.addresses().stream(), six.addresses().stream())
                .map(NetUtil::toAddressString).distinct().sorted()
                .map(ip -> MemberSpec.of(new Address(ip, name.port()))).toList();
        answer.trySuccess(new Found(members, shorter(four.lifetime(), six.lifetime())));
    }

    private static @Nullable Duration shorter(@Nullable Duration a, @Nullable Duration b) {
        return Stream.of(a, b).filter(Objects::nonNull).min(Duration::compareTo).orElse(null);
    }

    @Override
    public void close() {
        v4.close();
        v6.close();
    }
}
