package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.security.AddressSet;
import java.util.ArrayList;
import java.util.List;

/** Reads lists of networks, each fault with its index. */
final class AddressLists {

    private AddressLists() {
    }

    static AddressSet read(String property, List<String> networks, Faults faults) {
        List<String> good = new ArrayList<>();
        for (int i = 0; i < networks.size(); i++) {
            String network = networks.get(i);
            if (faults.parse(property + "[" + i + "]", network, n -> AddressSet.of(List.of(n)),
                    "Write a network such as 10.0.0.0/8 or an address.") != null) {
                good.add(network);
            }
        }
        return AddressSet.of(good);
    }
}
