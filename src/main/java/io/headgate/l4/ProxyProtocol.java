package io.headgate.l4;

import io.headgate.security.AddressSet;
import org.jspecify.annotations.Nullable;

/**
 * Whether the real client's address comes and goes in a PROXY protocol header (HAProxy's proxy-protocol.txt).
 *
 * @param accept networks whose connections begin with a header, of either version; connections from all
 *            others are refused. Empty: no connection begins with one
 * @param send the header that connections to members begin with, null for none
 */
public record ProxyProtocol(AddressSet accept, @Nullable Version send) {

    public static final ProxyProtocol NONE = new ProxyProtocol(AddressSet.EMPTY, null);

    /** A header's form. */
    public enum Version {
        /** One line of text. */
        V1,
        /** Binary, with the TLS server name if it is known. */
        V2
    }
}
