package io.headgate.config.tls;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.boot.autoconfigure.ssl.SslBundleRegistrar;
import org.springframework.boot.autoconfigure.ssl.SslProperties;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.SslBundleRegistry;
import org.springframework.core.ResolvableType;
import org.springframework.core.env.Environment;

/**
 * The SSL bundles that the files say now. Spring Boot reads {@code spring.ssl.bundle} once, at the start; a
 * reload adds the bundles that are new, changes those whose properties differ, and hides those that are gone.
 *
 * <p>
 * Boot's own registrar makes the bundles, and watches their files ({@code reload-on-update}), because only it
 * can: it reads the properties that it was made with, so those are exchanged for it.
 */
public final class ReloadedBundles {

    private static final String PREFIX = "spring.ssl.bundle.";

    /** One bundle as it is written. */
    private record Written(String kind, Object properties) {}

    private final CheckedBundles bundles;
    private final SslProperties properties;
    private final SslBundleRegistrar registrar;
    private Map<String, Written> inForce;
    private final Map<String, Written> known;

    /**
     * Starts with what has been registered.
     *
     * @param properties those that the registrar reads
     */
    public ReloadedBundles(CheckedBundles bundles, SslProperties properties, SslBundleRegistrar registrar,
            Environment environment) {
        this.bundles = bundles;
        this.properties = properties;
        this.registrar = registrar;
        this.inForce = written(environment);
        this.known = new HashMap<>(inForce);
    }

    /**
     * Makes the bundles that differ from those in force. New ones can be used at once, and nobody does before
     * the rest of the configuration is applied.
     *
     * @throws RuntimeException if one cannot be made; then nothing has changed
     */
    public synchronized Draft draft(Environment environment) {
        Map<String, Written> next = written(environment);
        Map<String, Written> differ = new LinkedHashMap<>(next);
        differ.entrySet().removeIf(bundle -> bundle.getValue().equals(known.get(bundle.getKey())));
        Made made = make(differ, environment);
        Draft draft = new Draft(next, made);
        List<String> there = bundles.getBundleNames();
        made.bundles.forEach((name, bundle) -> {
            if (inForce.containsKey(name)) {
                KeyFit.check(bundle);
                draft.later.add(name);
            } else if (!known.containsKey(name) && there.contains(name)) {
                throw new IllegalStateException(
                        PREFIX + "*." + name + ": code has registered a bundle of that name");
            }
        });
        Set<String> gone = new HashSet<>(known.keySet());
        gone.removeAll(next.keySet());
        bundles.hide(gone);
        made.bundles.keySet().stream().filter(name -> !draft.later.contains(name)).forEach(draft::take);
        return draft;
    }

    private static Map<String, Written> written(Environment environment) {
        Map<String, Written> all = new LinkedHashMap<>();
        for (String kind : List.of("jks", "pem")) {
            Binder.get(environment)
                    .bind(PREFIX + kind,
                            Bindable.<Map<String, Object>>of(ResolvableType
                                    .forClassWithGenerics(Map.class, String.class, Object.class)))
                    .orElse(Map.of()).forEach((name, properties) -> {
                        if (all.put(name, new Written(kind, properties)) != null) {
                            throw new IllegalStateException(
                                    PREFIX + "pem." + name + ": there is a bundle of that name in "
                                            + PREFIX + "jks");
                        }
                    });
        }
        return all;
    }

    private Made make(Map<String, Written> differ, Environment environment) {
        SslProperties.Bundles next = Binder.get(environment).bindOrCreate("spring.ssl", SslProperties.class)
                .getBundle();
        next.getJks().keySet().retainAll(differ.keySet());
        next.getPem().keySet().retainAll(differ.keySet());
        exchange(properties.getBundle().getJks(), next.getJks());
        exchange(properties.getBundle().getPem(), next.getPem());
        Made made = new Made();
        registrar.registerBundles(made);
        return made;
    }

    private static <P> void exchange(Map<String, P> before, Map<String, P> next) {
        before.clear();
        before.putAll(next);
    }

    /** What the registrar has made; its files are watched from then on, for as long as the process runs. */
    private final class Made implements SslBundleRegistry {

        private final Map<String, SslBundle> bundles = new LinkedHashMap<>();
        private final SslBundleRegistry source = ReloadedBundles.this.bundles.source();

        @Override
        public void registerBundle(String name, SslBundle bundle) {
            bundles.put(name, bundle);
        }

        @Override
        public void updateBundle(String name, SslBundle changed) {
            source.updateBundle(name, changed);
        }
    }

    /** The bundles of a configuration that is not in force yet. It is either applied or discarded. */
    public final class Draft {

        private final Map<String, Written> next;
        private final Made made;
        private final Set<String> later = new HashSet<>();
        private final List<String> differences = new ArrayList<>();

        private Draft(Map<String, Written> next, Made made) {
            this.next = next;
            this.made = made;
            Set<String> names = new TreeSet<>(next.keySet());
            names.addAll(inForce.keySet());
            for (String name : names) {
                Written before = inForce.get(name);
                Written now = next.get(name);
                if (!Objects.equals(before, now)) {
                    differences.add(PREFIX + Objects.requireNonNull(now == null ? before : now).kind + "."
                            + name);
                }
            }
        }

        /** The properties of the bundles that are new, gone or different. */
        public List<String> differences() {
            return List.copyOf(differences);
        }

        private void take(String name) {
            bundles.put(name, Objects.requireNonNull(made.bundles.get(name)), made.source);
            known.put(name, Objects.requireNonNull(next.get(name)));
        }

        public void apply() {
            synchronized (ReloadedBundles.this) {
                later.forEach(this::take);
                inForce = next;
            }
        }

        public void discard() {
            synchronized (ReloadedBundles.this) {
                Set<String> unused = new HashSet<>(known.keySet());
                unused.removeAll(inForce.keySet());
                bundles.hide(unused);
            }
        }
    }
}
