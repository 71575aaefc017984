package io.headgate.security;

import io.netty.handler.ssl.SslContext;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which TLS context serves a name: the exact one, then that of the longest wildcard, then the default. The
 * cost grows with the number of the name's labels, not with the number of known names.
 */
public final class NamedContexts {

    private final @Nullable Supplier<SslContext> otherwise;
    private final Map<String, Supplier<SslContext>> byName = new HashMap<>();

    /**
     * The context for some names.
     *
     * @param names host names; {@code *.example.org} for all names below it
     * @param context called for each connection, because the context may be replaced at any time
     */
    public record Rule(List<String> names, Supplier<SslContext> context) {

        public Rule {
            names = List.copyOf(names);
        }
    }

    /**
     * Among rules for the same name the first one counts.
     *
     * @param otherwise serves all other names, and clients that send none; null if nobody does
     */
    public NamedContexts(@Nullable Supplier<SslContext> otherwise, List<Rule> rules) {
        this.otherwise = otherwise;
        for (Rule rule : rules) {
            rule.names().forEach(name -> byName.putIfAbsent(name.toLowerCase(Locale.ROOT), rule.context()));
        }
    }

    /** The context for a name in lower case; null if there is none. */
    public @Nullable SslContext find(@Nullable String name) {
        Supplier<SslContext> found = name == null ? null : byName.get(name);
        for (int dot = 0; name != null && found == null && (dot = name.indexOf('.', dot)) >= 0; dot++) {
            found = byName.get("*" + name.substring(dot));
        }
        Supplier<SslContext> context = found != null ? found : otherwise;
        return context == null ? null : context.get();
    }
}
