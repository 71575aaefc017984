package io.headgate.l7;

import java.util.Collection;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * A few names of headers. Upper and lower case are the same, and so are an underscore and a hyphen: to
 * applications behind CGI's conventions (RFC 3875, 4.1.18) they are one name.
 */
public final class HeaderNames {

    /** Those of certificates that a client has shown (RFC 9440), of which only Headgate tells. */
    public static final HeaderNames NONE = of(Set.of("Client-Cert", "Client-Cert-Chain"));

    private final Set<String> names;
    /** One bit for each length that occurs: nearly every other name is known by its length. */
    private final long lengths;

    private HeaderNames(Set<String> names) {
        this.names = names;
        this.lengths = names.stream().mapToLong(name -> bit(name.length())).reduce(0, (a, b) -> a | b);
    }

    public static HeaderNames of(Collection<String> names) {
        Set<String> normal = new HashSet<>();
        names.forEach(name -> normal.add(normal(name)));
        return new HeaderNames(Set.copyOf(normal));
    }

    /** These and more. */
    public HeaderNames with(Collection<String> more) {
        Set<String> all = new HashSet<>(names);
        more.forEach(name -> all.add(normal(name)));
        return new HeaderNames(Set.copyOf(all));
    }

    public boolean contains(CharSequence name) {
        return (lengths & bit(name.length())) != 0 && names.contains(normal(name));
    }

    private static long bit(int length) {
        return 1L << Math.min(length, 63);
    }

    private static String normal(CharSequence name) {
        return name.toString().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HeaderNames same && names.equals(same.names);
    }

    @Override
    public int hashCode() {
        return names.hashCode();
    }
}
