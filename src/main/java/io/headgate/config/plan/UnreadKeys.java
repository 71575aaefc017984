package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.source.ConfigurationFiles;
import io.headgate.config.source.Migration;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.core.env.CommandLinePropertySource;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/**
 * Finds properties that whoever wrote them relies on, and that nothing reads: protection and other features
 * whose library is not on the class path, and names from before Spring Cloud Gateway 5. A gateway that
 * started all the same would let everybody in, or have no routes.
 */
final class UnreadKeys {

    /**
     * A prefix that only a library reads.
     *
     * @param library that has to be on the class path
     * @param without what is missing without it
     */
    private record Need(String prefix, String library, String without) {}

    private static final List<Need> NEEDS = List.of(
            new Need("spring.security.oauth2.resourceserver",
                    "spring-boot-starter-security-oauth2-resource-server", "no request is asked for a token"),
            new Need("spring.security.oauth2.client", "spring-boot-starter-security-oauth2-client",
                    "nobody has to log in"),
            new Need("spring.security", "spring-boot-starter-security", "nobody has to log in"),
            new Need("eureka", "spring-cloud-starter-netflix-eureka-client",
                    "no service is discovered by it"),
            new Need("spring.cloud.consul", "spring-cloud-starter-consul-discovery",
                    "no service is discovered by it"),
            new Need("management.tracing", "spring-boot-starter-opentelemetry or spring-boot-starter-zipkin",
                    "no trace is made"));

    private static final String METADATA = "META-INF/spring-configuration-metadata.json";
    private static final String GATEWAY = Migration.GATEWAY + ".";
    private static final List<String> GONE = List.of("zuul", "ribbon", "hystrix");
    private static final List<String> LOGGING = List.of("logging.file", "logging.structured");

    private final ConfigurableEnvironment environment;
    private final Set<String> names = new TreeSet<>();
    /** The prefixes about which something has been said. */
    private final Set<String> told = new TreeSet<>();
    private final Faults faults;

    private UnreadKeys(ConfigurableEnvironment environment, Faults faults) {
        this.environment = environment;
        this.faults = faults;
        for (PropertySource<?> source : environment.getPropertySources()) {
            if ((ConfigurationFiles.isRead(source) || source instanceof CommandLinePropertySource<?>)
                    && source instanceof EnumerablePropertySource<?> readable) {
                Collections.addAll(names, readable.getPropertyNames());
            }
        }
    }

    static void check(ConfigurableEnvironment environment, Faults faults) {
        UnreadKeys keys = new UnreadKeys(environment, faults);
        keys.libraries();
        keys.gateway();
        keys.gone();
        keys.logging();
        KnownKeys.check(keys.names, keys.told, environment, faults);
    }

    private void libraries() {
        for (String name : names) {
            NEEDS.stream().filter(need -> KnownKeys.isBelow(name, need.prefix())).findFirst()
                    .filter(need -> told.add(need.prefix()) && !isReadByAny(need.prefix()))
                    .ifPresent(need -> faults.add(name, "(not shown)",
                            need.library() + " on the class path, which reads it",
                            "Without that library " + need.without() + ". Remove the property, or add the"
                                    + " library."));
        }
    }

    /** Whether a library on the class path says in its metadata that it reads such properties. */
    private static boolean isReadByAny(String prefix) {
        try {
            for (URL url : Collections.list(UnreadKeys.class.getClassLoader().getResources(METADATA))) {
                try (InputStream metadata = url.openStream()) {
                    String text = new String(metadata.readAllBytes(), StandardCharsets.UTF_8);
                    if (text.contains("\"" + prefix + ".") || text.contains("\"" + prefix + "\"")) {
                        return true;
                    }
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** {@code spring.cloud.gateway.routes} is {@code spring.cloud.gateway.server.webflux.routes} now. */
    private void gateway() {
        for (String name : names) {
            if (name.startsWith(GATEWAY)) {
                String part = name.substring(GATEWAY.length()).split("[.\\[]", 2)[0];
                if (!Migration.STILL_READ.contains(part) && told.add(GATEWAY + part)) {
                    faults.add(name, environment.getProperty(name), RouteDefinitions.PREFIX + "." + part,
                            "Spring Cloud Gateway 5 does not read " + GATEWAY + part + ". Move all that is"
                                    + " below it to " + RouteDefinitions.PREFIX + "." + part
                                    + "; --check --migrate prints the file with such names replaced.");
                }
            }
        }
    }

    /** Left over from what Spring Cloud had before its gateway: no library reads it with this Spring Boot. */
    private void gone() {
        for (String prefix : GONE) {
            names.stream().filter(name -> KnownKeys.isBelow(name, prefix)).findFirst()
                    .ifPresent(name -> faults.warn(name, "(not shown)", "nothing: " + prefix + " is gone",
                            "Remove it. Routes are below " + RouteDefinitions.PREFIX + ".routes, members and"
                                    + " their timeouts below headgate.pools."));
        }
    }

    private void logging() {
        if (environment.containsProperty("logging.config")) {
            return;
        }
        for (String prefix : LOGGING) {
            names.stream().filter(name -> KnownKeys.isBelow(name, prefix)).findFirst()
                    .ifPresent(name -> faults.add(name, environment.getProperty(name),
                            "a Logback configuration in logging.config that does this",
                            "Headgate's own log goes to standard output as text. Remove the property, or"
                                    + " name a file of your own in logging.config. The access log has"
                                    + " headgate.access-log.file and .format."));
        }
    }
}
