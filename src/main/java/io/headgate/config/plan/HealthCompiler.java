package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.CheckTlsProperties;
import io.headgate.config.properties.HealthProperties;
import io.headgate.config.properties.ListenerProperties;
import io.headgate.config.source.Nearest;
import io.headgate.config.tls.TlsMaterial;
import io.headgate.health.CheckSpec;
import io.headgate.health.CheckTls;
import io.headgate.health.HealthSpec;
import io.headgate.health.Octets;
import io.headgate.health.Opening;
import io.headgate.health.StatusRanges;
import io.headgate.pool.MemberTls;
import io.netty.handler.ssl.SslContext;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Checks one pool's health properties and makes their spec. */
final class HealthCompiler {

    private static final List<String> KINDS = List.of("tcp", "http", "grpc", "udp", "command", "none");

    private HealthCompiler() {
    }

    /**
     * Makes the spec.
     *
     * @param members the TLS to the members, which the checks use, too, unless configured otherwise
     * @param listeners those of the whole configuration
     */
    static HealthSpec compile(String pool, HealthProperties health, @Nullable MemberTls members,
            TlsMaterial tls, Map<String, ListenerProperties> listeners, Faults faults) {
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
        CheckTls through = tls(path + ".tls", health.tls(), tls, faults);
        if (health.tls() == null && health.port() == null && members != null) {
            through = new CheckTls(members.context(), members.serverName());
        }
        CheckSpec check = check(path, health, faults);
        unread(path, health, faults);
        boolean speaks = check instanceof CheckSpec.Http || check instanceof CheckSpec.Grpc
                || (check instanceof CheckSpec.Tcp && through != null);
        Opening opening = CheckOpening.of(pool, health, speaks, listeners, faults);
        return check == null || faults.found().size() > before
                ? HealthSpec.NONE
                : new HealthSpec(check, health.interval(), health.fastInterval(), health.timeout(),
                        health.fall(),
                        health.rise(), health.port(), through, opening);
    }

    /** What belongs to another kind of check would silently have no effect. */
    private static void unread(String path, HealthProperties health, Faults faults) {
        Map<String, Boolean> written = new LinkedHashMap<>();
        written.put("http path", !health.path().equals("/"));
        written.put("http method", !health.method().equals("GET"));
        written.put("http host", health.host() != null);
        written.put("http headers", !health.headers().isEmpty());
        written.put("http expect-status", !health.expectStatus().equals(List.of("200-399")));
        written.put("http expect-body", health.expectBody() != null);
        written.put("grpc service", !health.service().isEmpty());
        written.put("udp send", health.send() != null);
        written.put("udp expect", health.expect() != null);
        written.put("command command", !health.command().isEmpty());
        written.forEach((name, is) -> {
            String kind = name.split(" ", 2)[0];
            String property = name.split(" ", 2)[1];
            if (is && KINDS.contains(health.check()) && !kind.equals(health.check())) {
                faults.add(path + "." + property, "(set)",
                        "check: " + kind + " beside it, because check: " + health.check()
                                + " does not read it",
                        "Write check: " + kind + ", or remove " + property + ".");
            }
        });
    }

    private static @Nullable CheckSpec check(String path, HealthProperties health, Faults faults) {
        return switch (health.check()) {
            case "none" -> new CheckSpec.None();
            case "tcp" -> new CheckSpec.Tcp();
            case "http" -> http(path, health, faults);
            case "grpc" -> new CheckSpec.Grpc(health.service());
            case "udp" -> udp(path, health, faults);
            case "command" -> command(path, health, faults);
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
        CheckSpec.Body body = health.expectBody() == null
                ? null
                : faults.parse(path + ".expect-body", health.expectBody(),
                        text -> new CheckSpec.Body(Pattern.compile(text), CheckSpec.Body.DEFAULT_LIMIT),
                        "Write a regular expression.");
        List<CheckSpec.Header> headers = health.headers().entrySet().stream()
                .map(entry -> new CheckSpec.Header(entry.getKey(), entry.getValue())).toList();
        return faults.parse(
                path + ".path", health.path(),
                text -> new CheckSpec.Http(health.method(), text, health.host(),
                        headers, expected, body),
                "Write a path that starts with / and a method and headers that HTTP allows.");
    }

    private static @Nullable CheckSpec udp(String path, HealthProperties health, Faults faults) {
        if (health.tls() != null) {
            faults.add(path + ".tls", "udp", "no TLS for a udp check", "Remove it, or check by tcp or http.");
        }
        Octets send = octets(path + ".send", health.send() == null ? "" : health.send(), faults);
        Octets expect = health.expect() == null
                ? null
                : octets(path + ".expect", health.expect(), faults);
        return send == null ? null : new CheckSpec.Udp(send, expect);
    }

    private static @Nullable Octets octets(String path, String text, Faults faults) {
        return faults.parse(path, text, Octets::parse, "Write text, or hex: and the bytes.");
    }

    private static @Nullable CheckSpec command(String path, HealthProperties health, Faults faults) {
        List<String> line = health.command();
        if (line.isEmpty() || !Files.isExecutable(Path.of(line.getFirst()))) {
            faults.add(path + ".command", line, "an executable file and its arguments",
                    "Write the file's whole path first, and make it executable.");
            return null;
        }
        return new CheckSpec.Command(line);
    }

    private static @Nullable CheckTls tls(String path, @Nullable CheckTlsProperties properties,
            TlsMaterial tls,
            Faults faults) {
        if (properties == null) {
            return null;
        }
        SslContext context = tls.client(path + ".bundle", properties.bundle(), faults);
        return context == null ? null : new CheckTls(context, properties.serverName());
    }
}
