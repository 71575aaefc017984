package io.headgate.l7.route;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.StringUtils;

/**
 * The client's address as {@code X-Forwarded-For} gives it, counted from the end of the line. Only IP
 * literals are accepted: the sender of the header could otherwise choose names that Headgate resolves.
 *
 * @param maxTrustedIndex the last entry from the end that is trusted, 1 for the last
 */
public record ForwardedFor(int maxTrustedIndex) implements AddressCondition.ClientAddress {

    @Override
    public @Nullable InetSocketAddress of(RequestView request) {
        List<String> lines = request.headers().getAll("X-Forwarded-For");
        if (lines.size() != 1) {
            return request.peer();
        }
        String[] entries = StringUtils.tokenizeToStringArray(lines.getFirst(), ",");
        if (entries.length == 0) {
            return request.peer();
        }
        String entry = entries[Math.max(0, entries.length - maxTrustedIndex)];
        InetAddress address = NetUtil.createInetAddressFromIpAddressString(entry);
        return address == null ? null : new InetSocketAddress(address, 0);
    }
}
