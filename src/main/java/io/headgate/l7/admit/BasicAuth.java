package io.headgate.l7.admit;

import io.headgate.pool.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A name and a password (RFC 7617). */
public final class BasicAuth implements Rule {

    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final String SCHEME = "Basic ";
    /** bcrypt looks at 72 bytes of a password. */
    private static final int LONGEST = 1024;

    private final Supplier<Users> users;
    private final @Nullable String userHeader;
    private final PasswordChecks checks;
    private final Verdict unknown;

    private BasicAuth(Supplier<Users> users, String realm, @Nullable String userHeader,
            PasswordChecks checks) {
        this.users = users;
        this.userHeader = userHeader;
        this.checks = checks;
        this.unknown = Verdict.Refused.because(Reason.UNAUTHENTICATED, "WWW-Authenticate",
                "Basic realm=\"" + realm + "\", charset=\"UTF-8\"");
    }

    /**
     * The rule.
     *
     * @param entries names and hashes; where there are none, they come from the file
     * @param userHeader tells the member who it is; null for none
     * @throws IllegalArgumentException that says what is wrong
     */
    public static BasicAuth of(List<String> entries, @Nullable String file, String realm,
            @Nullable String userHeader, PasswordChecks checks, WatchedFiles files) {
        if (entries.isEmpty() == (file == null)) {
            throw new IllegalArgumentException("users: " + entries.size()
                    + " (expected: either users, each NAME:HASH, or a file with such lines)");
        }
        if (!realm.matches("[\\x20-\\x7e&&[^\"\\\\]]*")) {
            throw new IllegalArgumentException("realm: " + realm + " (expected: text without quotes)");
        }
        Supplier<Users> users;
        if (file == null) {
            Users fixed = Users.parse(entries);
            users = () -> fixed;
        } else {
            users = files.open(file, Users::parse);
        }
        return new BasicAuth(users, realm, userHeader, checks);
    }

    @Override
    public List<String> identityHeaders() {
        return userHeader == null ? List.of() : List.of(userHeader);
    }

    @Override
    public Verdict check(Knock request) {
        String credentials = credentials(request.header("Authorization"));
        int colon = credentials == null ? -1 : credentials.indexOf(':');
        if (credentials == null || colon < 0) {
            return unknown;
        }
        Users now = users.get();
        Digest digest = now.digest(credentials);
        String name = credentials.substring(0, colon);
        if (now.knows(digest)) {
            return admitted(name);
        }
        if (checks.failures().areTooMany(request.address())) {
            return Verdict.Refused.because(Reason.LOGINS_FAILED, "Retry-After",
                    Integer.toString(FailedLogins.WINDOW_SECONDS));
        }
        CompletableFuture<Boolean> check = checks.check(digest,
                () -> now.check(digest, name, credentials.substring(colon + 1)));
        Verdict busy = Verdict.Refused.because(Reason.CREDENTIALS_UNCHECKED, "Retry-After", "1");
        return check == null ? busy : new Verdict.Pending(check.thenApply(right -> {
            if (right) {
                return admitted(name);
            }
            checks.failures().add(request.address());
            return unknown;
        }), LIMIT, busy);
    }

    private Verdict admitted(String name) {
        return Verdict.Admitted.as(name, userHeader, List.of());
    }

    private static @Nullable String credentials(List<String> lines) {
        if (lines.size() != 1 || !lines.getFirst().regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || lines.getFirst().length() > LONGEST) {
            return null;
        }
        try {
            String text = new String(
                    Base64.getDecoder().decode(lines.getFirst().substring(SCHEME.length()).strip()),
                    StandardCharsets.UTF_8);
            return text.chars().anyMatch(c -> c < ' ' || c == 127) ? null : text; // RFC 7617, 2
        } catch (IllegalArgumentException e) {
            return null;
        }
    }
}
