package io.headgate.l4;

import io.headgate.security.AddressSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether the real client's address comes and goes in a PROXY protocol header (HAProxy's proxy-protocol.txt).
 *
 * @param accept networks whose connections begin with a header, of either version; all others are turned
 *            away. Empty: no connection does
 * @param send what connections to members begin with, null for nothing
 */
public record ProxyProtocol(AddressSet accept, @Nullable Version send) {

    public static final ProxyProtocol NONE = new ProxyProtocol(AddressSet.EMPTY, null);

    /** A header's form. */
    public enum Version {
        /** One line of text. */
        V1,
        /** Binary, with the TLS server name where it is known. */
        V2
    }
}
