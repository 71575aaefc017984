package io.headgate.pool;

/**
 * Where something listens: a host name or an IP literal, and a port. It is not resolved: a name may mean
 * another machine tomorrow.
 *
 * @param host a name, an IPv4 literal, or an IPv6 literal without brackets
 * @param port 0 to 65535; 0 asks the system for a free port and makes sense only where something is bound
 */
public record Address(String host, int port) {

    public Address {
        if (host.isEmpty() || host.chars().anyMatch(c -> c <= ' ' || c == '/' || c == '[' || c == ']')) {
            throw new IllegalArgumentException(host + " (expected: a host name or an IP address)");
        }
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException(port + " (expected: a port from 0 to 65535)");
        }
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
        return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
    }
}
