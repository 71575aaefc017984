package io.headgate.l7.admit;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * Names with the bcrypt hashes of their passwords, as {@code htpasswd -B} writes them. Once a password was
 * right it is known by its {@link Digest}, so that bcrypt's work is done once and not for each request.
 */
final class Users {

    /** 14 takes more than a second. */
    private static final Pattern HASH = Pattern
            .compile("(?:\\{bcrypt})?(\\$2[aby]\\$(0[4-9]|1[0-4])\\$[./A-Za-z0-9]{53})");
    private static final int REMEMBERED = 10_000;
    private static final BCryptPasswordEncoder BCRYPT = new BCryptPasswordEncoder();

    private final Map<String, String> hashes;
    /** For names that are not known: to check them must take as long. */
    private final String nobody;
    private final Remembered<Digest, String> right = new Remembered<>(REMEMBERED);

    private Users(Map<String, String> hashes) {
        this.hashes = Map.copyOf(hashes);
        String any = hashes.values().iterator().next();
        this.nobody = any.substring(0, 29) + "A".repeat(31);
    }

    /**
     * Reads lines of the form {@code name:hash}.
     *
     * @throws IllegalArgumentException that says what is wrong, without any hash
     */
    static Users parse(List<String> lines) {
        Map<String, String> hashes = new HashMap<>();
        for (String line : lines) {
            int colon = line.indexOf(':');
            var hash = HASH.matcher(colon < 0 ? "" : line.substring(colon + 1).strip());
            if (colon < 1 || !hash.matches()) {
                throw new IllegalArgumentException("the entry of "
                        + (colon < 1 ? "nobody" : line.substring(0, colon))
                        + " (expected: NAME:HASH with a bcrypt hash of cost 4 to 14; make it with:"
                        + " htpasswd -nBC 10 NAME)");
            }
            hashes.put(line.substring(0, colon), hash.group(1));
        }
        if (hashes.isEmpty()) {
            throw new IllegalArgumentException("no user (expected: at least one line NAME:HASH)");
        }
        return new Users(hashes);
    }

    /** Whether this was found right before. */
    boolean knows(Digest credentials) {
        return right.get(credentials) != null;
    }

    /** Takes its time. */
    boolean check(Digest credentials, String name, String password) {
        String hash = hashes.get(name);
        boolean matches = BCRYPT.matches(password, hash == null ? nobody : hash);
        boolean passes = matches && hash != null;
        if (passes) {
            right.put(credentials, name);
        }
        return passes;
    }

    /** What stands for a name and a password, in this list only. */
    Digest digest(String credentials) {
        byte[] bytes = (System.identityHashCode(this) + ":" + credentials).getBytes(StandardCharsets.UTF_8);
        return Digest.salted(bytes);
    }
}
