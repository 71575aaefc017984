package io.headgate.l7.admit;

import io.headgate.pool.Reason;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A key in a header. What is configured are SHA-256 hashes: keys are long and random, so that nothing slower
 * is needed. The member does not get the key.
 */
public final class ApiKey implements Rule {

    private static final int LONGEST = 1024;

    private final Supplier<Map<Digest, String>> keys;
    private final String header;
    private final @Nullable String userHeader;
    private final Verdict unknown;

    private ApiKey(Supplier<Map<Digest, String>> keys, String header, @Nullable String userHeader) {
        this.keys = keys;
        this.header = header;
        this.userHeader = userHeader;
        this.unknown = Verdict.Refused.because(Reason.UNAUTHENTICATED, "WWW-Authenticate",
                "ApiKey header=\"" + header + "\"");
    }

    /**
     * The rule.
     *
     * @param entries names and hashes; where there are none, they come from the file
     * @param header where the key stands
     * @param userHeader tells the member whose key it was; null for none
     * @throws IllegalArgumentException that says what is wrong
     */
    public static ApiKey of(List<String> entries, @Nullable String file, String header,
            @Nullable String userHeader, WatchedFiles files) {
        if (entries.isEmpty() == (file == null)) {
            throw new IllegalArgumentException("keys: " + entries.size()
                    + " (expected: either keys, each NAME:SHA256, or a file with such lines)");
        }
        if (file == null) {
            Map<Digest, String> fixed = parse(entries);
            return new ApiKey(() -> fixed, header, userHeader);
        }
        return new ApiKey(files.open(file, ApiKey::parse), header, userHeader);
    }

    private static Map<Digest, String> parse(List<String> lines) {
        Map<Digest, String> keys = new HashMap<>();
        for (String line : lines) {
            int colon = line.lastIndexOf(':');
            String name = colon < 1 ? "" : line.substring(0, colon).strip();
            if (name.isEmpty() || name.chars().anyMatch(c -> c < ' ' || c > 126)) {
                throw new IllegalArgumentException(
                        "an entry without a name (expected: NAME:SHA256, the hash as sha256sum writes it)");
            }
            try {
                keys.put(Digest.parse(line.substring(colon + 1).strip()), name);
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("the entry of " + name + ": " + e.getMessage(), e);
            }
        }
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("no key (expected: at least one line NAME:SHA256)");
        }
        return Map.copyOf(keys);
    }

    @Override
    public List<String> identityHeaders() {
        return userHeader == null ? List.of() : List.of(userHeader);
    }

    @Override
    public Verdict check(Knock request) {
        List<String> lines = request.header(header);
        if (lines.size() != 1 || lines.getFirst().length() > LONGEST) {
            return unknown;
        }
        String name = keys.get().get(Digest.plain(lines.getFirst().getBytes(StandardCharsets.ISO_8859_1)));
        return name == null ? unknown : Verdict.Admitted.as(name, userHeader, List.of(header));
    }
}
