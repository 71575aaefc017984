package io.headgate.config;

import io.headgate.config.plan.Plan;
import io.headgate.config.properties.ListenerProperties;
import io.headgate.config.source.ConfigurationFiles;
import io.headgate.l7.Lane;
import io.headgate.l7.Lanes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.ApplicationListener;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

/** Says in the log, once, what was read, what listens where, and which routes are slow. */
final class StartReport implements ApplicationListener<ApplicationReadyEvent> {

    private static final Logger LOG = LoggerFactory.getLogger(StartReport.class);

    private final Plan plan;
    private final Supplier<Lanes> lanes;

    StartReport(Plan plan, Supplier<Lanes> lanes) {
        this.plan = plan;
        this.lanes = lanes;
    }

    @Override
    public void onApplicationEvent(ApplicationReadyEvent event) {
        lines(event.getApplicationContext().getEnvironment()).forEach(LOG::info);
        UnknownFlags.ofThisJvm().forEach(flag -> LOG
                .warn("This Java does not know the option {}, and ignores it. Correct or remove it.", flag));
        if (plan.pools().isEmpty() && lanes.get().routes().isEmpty()) {
            LOG.warn(
                    "Nothing is configured: every request is answered with 404. Headgate reads application.yml"
                            + " in the folder where it is started ({}). --init=web writes one to begin with.",
                    Path.of("").toAbsolutePath());
        }
    }

    List<String> lines(ConfigurableEnvironment environment) {
        List<String> lines = new ArrayList<>();
        List<String> files = ConfigurationFiles.of(environment).stream().map(Path::toString).toList();
        lines.add("Configuration: " + (files.isEmpty() ? "no file" : String.join(", ", files)));
        lines.add("Layer 7: " + url("server", "local.server.port", environment) + ", " + routes());
        plan.properties().listeners().forEach((name, listener) -> lines
                .add("Layer " + (listener.protocol().equals("http") ? 7 : 4) + ": " + name + " on "
                        + listener.bind() + pool(listener)));
        lines.add("Pools: " + (plan.pools().isEmpty() ? "none" : String.join(", ", plan.pools().keySet())));
        lines.add("Management: " + url("management.server", "local.management.port", environment) + "/");
        return lines;
    }

    private static String pool(ListenerProperties listener) {
        return listener.pool() == null ? "" : ", " + listener.protocol() + " to pool " + listener.pool();
    }

    private String routes() {
        List<Lanes.Entry> all = lanes.get().routes();
        String slow = all.stream().filter(entry -> entry.lane() == Lane.SLOW).map(Lanes.Entry::route)
                .collect(Collectors.joining(", "));
        return all.size() + (all.size() == 1 ? " route" : " routes")
                + (slow.isEmpty() ? "" : "; on the slow lane: " + slow + " (why: /actuator/lanes)");
    }

    private static String url(String server, String port, Environment environment) {
        boolean secure = environment.getProperty(server + ".ssl.enabled", Boolean.class,
                environment.containsProperty(server + ".ssl.bundle")
                        || environment.containsProperty(server + ".ssl.certificate")
                        || environment.containsProperty(server + ".ssl.key-store"));
        String address = environment.getProperty(server + ".address", "0.0.0.0");
        String host = address.contains(":") ? "[" + address + "]" : address;
        return (secure ? "https://" : "http://") + host + ":"
                + environment.getProperty(port, environment.getProperty(server + ".port", "?"));
    }
}
