package io.headgate.pool;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What the members of a pool speak at layer 7. */
public enum MemberProtocol {

    /** HTTP/1.1. */
    HTTP1,
    /** HTTP/2 in clear text from the first byte on, as most gRPC servers speak it. */
    H2C,
    /** HTTP/2 through TLS, agreed on by ALPN. */
    H2,
    /** Whichever of HTTP/2 and HTTP/1.1 the member chooses, through TLS (ALPN). */
    AUTO;

    public static Optional<MemberProtocol> named(String name) {
        return Arrays.stream(values()).filter(protocol -> protocol.toString().equals(name)).findFirst();
    }

    public static List<String> names() {
        return Arrays.stream(values()).map(MemberProtocol::toString).toList();
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
