package io.headgate.l7;

import io.headgate.security.AddressSet;
import io.netty.util.AsciiString;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What a member is told about the client: {@code X-Forwarded-For}, {@code -Proto}, {@code -Host},
 * {@code -Port} and {@code Forwarded} (RFC 7239). What the client itself sends under these names is trusted
 * only from a trusted peer. From any other, it is dropped as soon as it arrives, with every
 * {@code X-Forwarded-} name. What a route's filters set is kept and extended.
 *
 * @param trusted the peers, such as a balancer in front, whose forwarded headers are kept and extended
 * @param alsoTrusted the same, as a pattern of addresses; null for no more
 * @param unwritten the names in small letters that members are not told
 * @param replaced the names in small letters that are written anew where others are kept or extended
 * @param requestId whether each request has an {@code X-Request-Id}: a trusted peer's, or a new one
 * @param identity the headers with which Headgate tells members who the client is. No client may send them,
 *            not even a trusted one
 */
public record Forwarding(AddressSet trusted, @Nullable Pattern alsoTrusted, Set<String> unwritten,
        Set<String> replaced, boolean requestId, HeaderNames identity) {

    /** The header with a request's identifier. */
    public static final AsciiString REQUEST_ID = AsciiString.cached("X-Request-Id");

    public static final String PREFIX = "x-forwarded-";
    public static final String FOR = "X-Forwarded-For";
    public static final String PROTO = "X-Forwarded-Proto";
    public static final String HOST = "X-Forwarded-Host";
    public static final String PORT = "X-Forwarded-Port";
    public static final String FORWARDED = "Forwarded";

    public Forwarding {
        unwritten = Set.copyOf(unwritten);
        replaced = Set.copyOf(replaced);
    }

    /** Writes every header; requests have no identifier. */
    public Forwarding(AddressSet trusted) {
        this(trusted, null, Set.of(), Set.of(), false);
    }

    /** Without headers about identities but those of certificates. */
    public Forwarding(AddressSet trusted, @Nullable Pattern alsoTrusted, Set<String> unwritten,
            Set<String> replaced, boolean requestId) {
        this(trusted, alsoTrusted, unwritten, replaced, requestId, HeaderNames.NONE);
    }

    /** The same, but for identifiers of requests. */
    public Forwarding withRequestId(boolean given) {
        return new Forwarding(trusted, alsoTrusted, unwritten, replaced, given, identity);
    }

    /** The same, but for the headers that tell who the client is. */
    public Forwarding withIdentity(HeaderNames names) {
        return new Forwarding(trusted, alsoTrusted, unwritten, replaced, requestId, names);
    }

    public boolean trusts(@Nullable InetSocketAddress peer) {
        InetAddress address = peer == null ? null : peer.getAddress();
        return address != null && (trusted.contains(address)
                || (alsoTrusted != null && alsoTrusted.matcher(address.getHostAddress()).matches()));
    }

    /**
     * The client of a request: the peer, or whom a trusted peer names in {@code X-Forwarded-For}.
     *
     * @param lines all that came under this name
     */
    public @Nullable InetSocketAddress client(@Nullable InetSocketAddress peer, List<String> lines) {
        return peer == null || lines.isEmpty() || !trusts(peer)
                ? peer
                : ForwardedChain.client(peer, lines, this::trusts);
    }

    /** Whether members are told what is in this header. */
    public boolean writes(String name) {
        return unwritten.isEmpty() || !unwritten.contains(name.toLowerCase(Locale.ROOT));
    }

    /** Whether what came in this header stays. */
    public boolean keeps(String name) {
        return replaced.isEmpty() || !replaced.contains(name.toLowerCase(Locale.ROOT));
    }

    /**
     * Whether only Headgate, the route, or a trusted peer may set a header of this name. An underscore counts
     * as a hyphen: to applications behind CGI's conventions (RFC 3875, 4.1.18) they are the same.
     */
    public static boolean isForwarded(CharSequence name) {
        return AsciiString.contentEqualsIgnoreCase(name, FORWARDED) || hasPrefix(name);
    }

    private static boolean hasPrefix(CharSequence name) {
        if (name.length() < PREFIX.length()) {
            return false;
        }
        for (int i = 0; i < PREFIX.length(); i++) {
            char c = name.charAt(i);
            if (AsciiString.toLowerCase(c == '_' ? '-' : c) != PREFIX.charAt(i)) {
                return false;
            }
        }
        return true;
    }

    /** The peer's address as {@code X-Forwarded-For} has it. */
    public static String address(@Nullable InetSocketAddress peer) {
        InetAddress address = peer == null ? null : peer.getAddress();
        return address == null ? "unknown" : NetUtil.toAddressString(address);
    }

    /** The port of a Host header, or else the scheme's. */
    public static String port(String host, String scheme) {
        int colon = host.lastIndexOf(':');
        boolean explicit = colon >= 0 && colon < host.length() - 1 && host.indexOf(']', colon) < 0;
        return explicit ? host.substring(colon + 1) : scheme.equals("https") ? "443" : "80";
    }

    /** The values that came, followed by Headgate's own, in one line. */
    public static String append(List<String> existing, String value) {
        return existing.isEmpty() ? value : String.join(", ", existing) + ", " + value;
    }

    /** One element of {@code Forwarded}. */
    public static String element(String address, String scheme, @Nullable String host) {
        StringBuilder element = new StringBuilder(64).append("for=");
        if (address.indexOf(':') >= 0) {
            element.append("\"[").append(address).append("]\"");
        } else {
            element.append(address);
        }
        if (host != null) {
            element.append(";host=");
            quoted(element, host);
        }
        return element.append(";proto=").append(scheme).toString();
    }

    private static void quoted(StringBuilder to, String value) {
        to.append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '"' || c == '\\') {
                to.append('\\');
            }
            to.append(c);
        }
        to.append('"');
    }
}
