package io.headgate.discovery;

import io.headgate.pool.Address;
import io.headgate.pool.MemberSpec;
import io.netty.util.concurrent.Promise;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.client.ServiceInstance;
import org.springframework.cloud.client.discovery.ReactiveDiscoveryClient;
import reactor.core.Disposable;
import reactor.core.Disposables;

/**
 * The instances of a service that Spring Cloud's discovery knows. Members get the instance's metadata
 * {@code weight} (1 to 256) and {@code zone}.
 */
final class ServiceLookup implements Lookup {

    private final String service;
    private final ReactiveDiscoveryClient client;
    private final Disposable.Swap asking = Disposables.swap();

    ServiceLookup(String service, ReactiveDiscoveryClient client) {
        this.service = service;
        this.client = client;
    }

    @Override
    public void look(Promise<Found> answer) {
        asking.update(client.getInstances(service).collectList().subscribe(instances -> {
            if (instances.isEmpty()) {
                answer.tryFailure(new NobodyException(service + " has no instance"));
            } else {
                answer.trySuccess(new Found(members(instances), null));
            }
        }, answer::tryFailure));
    }

    private static List<MemberSpec> members(List<ServiceInstance> instances) {
        return instances.stream().map(ServiceLookup::member).sorted(Comparator.comparing(MemberSpec::id))
                .toList();
    }

    private static MemberSpec member(ServiceInstance instance) {
        Address address = new Address(instance.getHost(), instance.getPort());
        Map<String, String> metadata = Objects.requireNonNullElse(instance.getMetadata(), Map.of());
        return new MemberSpec(address.toString(), address, weight(metadata.get("weight")), 0, false,
                metadata.get("zone"));
    }

    private static int weight(@Nullable String text) {
        if (text == null || !text.matches("\\d{1,3}")) {
            return 1;
        }
        return Math.clamp(Integer.parseInt(text), 1, MemberSpec.MAX_WEIGHT);
    }

    @Override
    public void close() {
        asking.dispose();
    }
}
