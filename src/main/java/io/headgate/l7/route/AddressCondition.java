package io.headgate.l7.route;

import io.netty.handler.ipfilter.IpSubnetFilterRule;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The client's address lies in one of these networks. */
public final class AddressCondition implements Condition {

    private final List<IpSubnetFilterRule> networks;
    private final ClientAddress client;
    private final List<String> sources;

    /** Takes the networks, and how they are written. */
    public AddressCondition(List<IpSubnetFilterRule> networks, ClientAddress client, List<String> sources) {
        this.networks = List.copyOf(networks);
        this.client = client;
        this.sources = List.copyOf(sources);
    }

    /** Says which address counts. */
    @FunctionalInterface
    public interface ClientAddress {

        /** The peer of the connection. */
        ClientAddress PEER = RequestView::peer;

        @Nullable
        InetSocketAddress of(RequestView request);
    }

    @Override
    public boolean matches(RequestView request) {
        InetSocketAddress address = client.of(request);
        if (address == null || address.isUnresolved()) {
            return false;
        }
        for (int i = 0; i < networks.size(); i++) {
            if (networks.get(i).matches(address)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public String asks() {
        return (client.equals(ClientAddress.PEER) ? "client" : "client by X-Forwarded-For") + " in "
                + sources;
    }

    @Override
    public @Nullable String sees(RequestView request) {
        InetSocketAddress address = client.of(request);
        return address == null || address.isUnresolved() ? null : address.getAddress().getHostAddress();
    }
}
