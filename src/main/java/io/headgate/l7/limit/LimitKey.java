package io.headgate.l7.limit;

import io.headgate.l7.BalanceKey;
import io.headgate.l7.Forwarding;
import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a limit is counted by: one or several parts of a request together. Where a request has none of them,
 * it is counted by its client.
 */
public record LimitKey(List<Part> parts) {

    private static final String EXPECTED = " (expected: client, user, host, path, route, header:NAME, cookie:NAME"
            + " or query:NAME, or several of them with + between them)";

    /** Characters of a key that is kept as it is. */
    private static final int LONGEST = 64;

    /** Of an IPv6 address: what one client usually has for itself alone. */
    private static final int NETWORK_BYTES = 8;

    public LimitKey {
        parts = List.copyOf(parts);
    }

    /** As it is configured. */
    @Override
    public String toString() {
        return parts.stream().map(Part::toString).collect(Collectors.joining("+"));
    }

    /** One part of a request. */
    record Part(Kind kind, String name) {

        @Override
        public String toString() {
            return kind.name().toLowerCase(Locale.ROOT) + (name.isEmpty() ? "" : ":" + name);
        }
    }

    /** What it is. */
    enum Kind {
        CLIENT,
        USER,
        HOST,
        PATH,
        ROUTE,
        HEADER,
        COOKIE,
        QUERY;

        boolean isNamed() {
            return this == HEADER || this == COOKIE || this == QUERY;
        }
    }

    /**
     * Reads {@code client}, {@code header:X-Api-Key} or {@code client+path}.
     *
     * @throws IllegalArgumentException for anything else
     */
    public static LimitKey parse(String text) {
        List<Part> parts = new ArrayList<>();
        for (String each : text.split("\\+", -1)) {
            parts.add(part(each.strip(), text));
        }
        return new LimitKey(parts);
    }

    private static Part part(String text, String whole) {
        int colon = text.indexOf(':');
        String kind = (colon < 0 ? text : text.substring(0, colon)).toUpperCase(Locale.ROOT);
        String name = colon < 0 ? "" : text.substring(colon + 1).strip();
        return Arrays.stream(Kind.values())
                .filter(known -> known.name().equals(kind) && known.isNamed() == !name.isEmpty())
                .map(known -> new Part(known, name)).findFirst()
                .orElseThrow(() -> new IllegalArgumentException("key: " + whole + EXPECTED));
    }

    /** The key of a request: a hash of it where it is long, for clients choose what is in it. */
    String of(BalanceKey.Parts request) {
        String key = text(request);
        return key.length() <= LONGEST ? key : hashed(key);
    }

    private String text(BalanceKey.Parts request) {
        if (parts.size() == 1) {
            String only = of(parts.getFirst(), request);
            return only != null ? only : client(request);
        }
        StringBuilder key = new StringBuilder();
        boolean any = false;
        for (Part part : parts) {
            String text = of(part, request);
            any |= text != null;
            key.append(text == null ? "" : text).append('\n'); // which no part can have
        }
        return any ? key.toString() : client(request);
    }

    private static String hashed(String key) {
        try {
            return HexFormat.of().formatHex(
                    MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A limit has states for each route of its own, so that there is nothing to tell apart. */
    private static @Nullable String of(Part part, BalanceKey.Parts request) {
        return switch (part.kind) {
            case CLIENT -> client(request);
            case USER -> request.user();
            case HOST -> {
                String host = request.header("host");
                yield host == null ? null : host.toLowerCase(Locale.ROOT);
            }
            case PATH -> request.path();
            case ROUTE -> "";
            case HEADER -> request.header(part.name);
            case COOKIE -> request.cookie(part.name);
            case QUERY -> request.parameter(part.name);
        };
    }

    private static String client(BalanceKey.Parts request) {
        InetSocketAddress client = request.client();
        return client != null && client.getAddress() instanceof Inet6Address wide
                ? HexFormat.of().formatHex(wide.getAddress(), 0, NETWORK_BYTES)
                : Forwarding.address(client);
    }
}
