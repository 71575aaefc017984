package io.headgate.pool;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.jspecify.annotations.Nullable;

/**
 * Where something listens: a host name or an IP literal, and a port; or a Unix domain socket. It is not
 * resolved: a name may mean another machine tomorrow.
 *
 * @param host a name, an IPv4 literal, or an IPv6 literal without brackets; {@code unix:} and the path of a
 *            Unix domain socket
 * @param port 0 to 65535; 0 asks the system for a free port and makes sense only where something is bound
 */
public record Address(String host, int port) {

    /** The longest path of a Unix domain socket in bytes: sun_path in unix(7), less the zero after it. */
    public static final int LONGEST_PATH = 107;

    private static final String UNIX = "unix:";

    public Address {
        if (isUnix(host)) {
            if (port != 0 || host.endsWith("/") || host.chars().anyMatch(c -> c < ' ')
                    || host.substring(UNIX.length()).getBytes(UTF_8).length > LONGEST_PATH) {
                throw new IllegalArgumentException(
                        host + " (expected: unix: and a path of at most " + LONGEST_PATH + " bytes)");
            }
        } else if (host.isEmpty()
                || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '[' || c == ']')) {
            throw new IllegalArgumentException(host + " (expected: a host name or an IP address)");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(port + " (expected: a port from 0 to 65535)");
        }
    }

    private static boolean isUnix(String host) {
        return host.startsWith(UNIX + "/");
    }

    /**
     * Reads where a member is: as {@link #parse} does, or {@code unix:/path}.
     *
     * @throws IllegalArgumentException with a message that says what was expected
     */
    public static Address parseMember(String text) {
        return isUnix(text.strip()) ? new Address(text.strip(), 0) : parse(text);
    }

    /** The path of a Unix domain socket, null if it is a host and a port. */
    public @Nullable String path() {
        return isUnix(host) ? host.substring(UNIX.length()) : null;
    }

    /**
     * Reads {@code host:port}; an IPv6 address stands in brackets: {@code [::1]:8080}.
     *
     * @throws IllegalArgumentException with a message that says what was expected
     */
    public static Address parse(String text) {
        String trimmed = text.strip();
        int colon = trimmed.lastIndexOf(':');
        boolean bracketed = trimmed.startsWith("[");
        int close = bracketed ? trimmed.indexOf(']') : -1;
        if (colon <= 0 || (bracketed ? close != colon - 1 : trimmed.indexOf(':') != colon)) {
            throw new IllegalArgumentException(text + " (expected: host:port, an IPv6 address in brackets)");
        }
        String host = bracketed ? trimmed.substring(1, close) : trimmed.substring(0, colon);
        return new Address(host, port(text, trimmed.substring(colon + 1)));
    }

    private static int port(String text, String digits) {
        if (digits.isEmpty() || digits.length() > 5 || !digits.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw new IllegalArgumentException(text + " (expected: host:port with a port from 0 to 65535)");
        }
        int port = Integer.parseInt(digits);
        if (port > 65535) {
            throw new IllegalArgumentException(text + " (expected: a port from 0 to 65535)");
        }
        return port;
    }

    @Override
    public String toString() {
        if (isUnix(host)) {
            return host;
        }
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
