package io.headgate.l7.admit;

import io.headgate.pool.Reason;
import io.headgate.security.AddressSet;
import java.net.InetAddress;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The client's address lies in one of these networks. */
public final class IpAllow implements Rule {

    private static final Verdict PASSES = new Verdict.Admitted(null, List.of(), List.of());
    private static final Verdict DENIED = Verdict.Refused.because(Reason.DENIED);

    private final Supplier<AddressSet> networks;

    private IpAllow(Supplier<AddressSet> networks) {
        this.networks = networks;
    }

    /**
     * The rule.
     *
     * @throws IllegalArgumentException that says what is wrong
     */
    public static IpAllow of(List<String> networks, @Nullable String file, WatchedFiles files) {
        if (networks.isEmpty() == (file == null)) {
            throw new IllegalArgumentException("networks: " + networks.size()
                    + " (expected: either networks such as 10.0.0.0/8, or a file with one in each line)");
        }
        if (file == null) {
            AddressSet fixed = AddressSet.of(networks);
            return new IpAllow(() -> fixed);
        }
        return new IpAllow(files.open(file, AddressSet::of));
    }

    @Override
    public Verdict check(Knock request) {
        InetAddress address = request.address();
        return address != null && networks.get().contains(address) ? PASSES : DENIED;
    }
}
