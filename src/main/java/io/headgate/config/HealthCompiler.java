package io.headgate.config;

import io.headgate.config.properties.HealthProperties;
import io.headgate.health.CheckSpec;
import io.headgate.health.HealthSpec;
import io.headgate.health.StatusRanges;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Checks one pool's health properties and makes their spec. */
final class HealthCompiler {

    private static final List<String> KINDS = List.of("tcp", "http", "none");

    private HealthCompiler() {
    }

    static HealthSpec compile(String pool, HealthProperties health, Faults faults) {
        String path = "headgate.pools." + pool + ".health";
        int before = faults.found().size();
        faults.positive(path + ".interval", health.interval());
        faults.positive(path + ".fast-interval", health.fastInterval());
        faults.positive(path + ".timeout", health.timeout());
        faults.range(path + ".fall", health.fall(), 1, 100);
        faults.range(path + ".rise", health.rise(), 1, 100);
        if (health.port() != null) {
            faults.range(path + ".port", health.port(), 1, 65535);
        }
        CheckSpec check = check(path, health, faults);
        return check == null || faults.found().size() > before
                ? HealthSpec.NONE
                : new HealthSpec(check, health.interval(), health.fastInterval(), health.timeout(),
                        health.fall(),
                        health.rise(), health.port(), null);
    }

    private static @Nullable CheckSpec check(String path, HealthProperties health, Faults faults) {
        return switch (health.check()) {
            case "none" -> new CheckSpec.None();
            case "tcp" -> new CheckSpec.Tcp();
            case "http" -> http(path, health, faults);
            default -> {
                faults.add(path + ".check", health.check(), "one of " + String.join(", ", KINDS),
                        Nearest.to(health.check(), KINDS).map(near -> "Did you mean " + near + "?")
                                .orElse("Use one of these names."));
                yield null;
            }
        };
    }

    private static @Nullable CheckSpec http(String path, HealthProperties health, Faults faults) {
        StatusRanges expected = faults.parse(path + ".expect-status", String.join(",", health.expectStatus()),
                StatusRanges::parse, "Write codes or ranges such as 200-299.");
        if (expected == null) {
            return null;
        }
        List<CheckSpec.Header> headers = health.headers().entrySet().stream()
                .map(entry -> new CheckSpec.Header(entry.getKey(), entry.getValue())).toList();
        return faults.parse(
                path + ".path", health.path(),
                text -> new CheckSpec.Http(health.method(), text, health.host(),
                        headers, expected, null),
                "Write a path that starts with / and a method and headers that HTTP allows.");
    }
}
