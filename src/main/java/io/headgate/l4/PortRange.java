package io.headgate.l4;

import io.headgate.pool.Address;
import java.util.List;
import java.util.stream.IntStream;

/**
 * The address of a listener: one port, or a range, each port with a socket of its own.
 *
 * @param first the first port; port 0, any free one, cannot begin a range
 * @param last the last port, at most {@value #MOST} ports in all
 */
public record PortRange(Address first, int last) {

    /** The most ports of one listener. Each takes a file descriptor. */
    public static final int MOST = 1000;

    public PortRange {
        if (last < first.port() || last > 65535 || (first.port() == 0 && last > 0)) {
            throw new IllegalArgumentException(
                    first.port() + "-" + last + " (expected: ports from 1 to 65535, the lower one first)");
        }
        if (last - first.port() >= MOST) {
            throw new IllegalArgumentException(
                    first.port() + "-" + last + " (expected: at most " + MOST + " ports)");
        }
    }

    /** One port. */
    public static PortRange of(Address address) {
        return new PortRange(address, address.port());
    }

    /**
     * Reads {@code host:port} or {@code host:first-last}; an IPv6 address stands in brackets.
     *
     * @throws IllegalArgumentException with a message that says what was expected
     */
    public static PortRange parse(String text) {
        String trimmed = text.strip();
        int dash = trimmed.indexOf('-', trimmed.lastIndexOf(':') + 1);
        if (dash < 0) {
            return of(Address.parse(trimmed));
        }
        String last = trimmed.substring(dash + 1);
        if (!last.matches("\\d{1,5}")) {
            throw new IllegalArgumentException(text + " (expected: host:port or host:first-last)");
        }
        return new PortRange(Address.parse(trimmed.substring(0, dash)), Integer.parseInt(last));
    }

    /** Each port's address, in order. */
    public List<Address> addresses() {
        return IntStream.rangeClosed(first.port(), last).mapToObj(port -> new Address(first.host(), port))
                .toList();
    }

    /** Whether it is one port. */
    public boolean single() {
        return first.port() == last;
    }

    /** Whether the two have a port in common, whatever their hosts. */
    public boolean crosses(PortRange other) {
        return first.port() <= other.last && other.first.port() <= last;
    }

    @Override
    public String toString() {
        return single() ? first.toString() : first + "-" + last;
    }
}
