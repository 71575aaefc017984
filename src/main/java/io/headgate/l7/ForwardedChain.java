package io.headgate.l7;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Who the client is by {@code X-Forwarded-For}, as far as that can be believed. */
final class ForwardedChain {

    private ForwardedChain() {
    }

    /**
     * Each proxy has added whom it saw at the end. So this goes from the end to the first address that is not
     * a trusted proxy's: that one, its writer has seen itself. What stands before it, anybody may have
     * written. An entry that is no IP address ({@code unknown}) ends it too: then the client is the proxy
     * that wrote it.
     *
     * @param peer is trusted
     * @param lines all that came, in their order
     */
    static InetSocketAddress client(InetSocketAddress peer, List<String> lines,
            Predicate<InetSocketAddress> trusted) {
        InetSocketAddress client = peer;
        for (int i = lines.size() - 1; i >= 0; i--) {
            String line = lines.get(i);
            for (int end = line.length(); end >= 0;) {
                int start = line.lastIndexOf(',', end - 1) + 1;
                String entry = line.substring(start, end).strip();
                end = start - 1;
                if (entry.isEmpty()) {
                    continue;
                }
                InetAddress address = address(entry);
                if (address == null) {
                    return client;
                }
                client = new InetSocketAddress(address, 0);
                if (!trusted.test(client)) {
                    return client;
                }
            }
        }
        return client;
    }

    /** An IP address, of version 6 perhaps in brackets, perhaps with a port, as some balancers write it. */
    private static @Nullable InetAddress address(String entry) {
        String host = entry;
        int colon = entry.indexOf(':');
        if (entry.charAt(0) == '[') {
            int end = entry.indexOf(']');
            if (end < 0 || (end + 1 < entry.length() && entry.charAt(end + 1) != ':')) {
                return null;
            }
            host = entry.substring(1, end);
        } else if (colon >= 0 && entry.indexOf(':', colon + 1) < 0) {
            host = entry.substring(0, colon);
        }
        // a zone means nothing here, and Java would look for such a network interface
        return host.indexOf('%') >= 0 ? null : NetUtil.createInetAddressFromIpAddressString(host);
    }
}
