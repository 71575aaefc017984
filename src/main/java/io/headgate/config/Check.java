package io.headgate.config;

import io.headgate.config.fault.Fault;
import io.headgate.config.fault.StartFaults;
import io.headgate.config.fault.StartOutcome;
import io.headgate.config.plan.Plan;
import io.headgate.config.source.Migration;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.springframework.boot.Banner;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.LifecycleProcessor;
import org.springframework.context.support.AbstractApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Checks a configuration by making every part of the gateway (beans, routes, TLS contexts, web server)
 * without starting it: no port is bound, no member is checked, no listener is opened.
 */
public final class Check {

    private static final String OPTION = "--check";
    private static final String JSON = "--check=json";
    private static final String MIGRATE = "--migrate";

    private Check() {
    }

    public static boolean isWanted(String... args) {
        return Arrays.stream(args).anyMatch(arg -> isOption(arg) || arg.equals(MIGRATE));
    }

    private static boolean isOption(String arg) {
        return arg.equals(OPTION) || arg.startsWith(OPTION + "=");
    }

    /**
     * Checks, and prints every fault.
     *
     * @param application the class that the gateway starts with
     * @param args of the command line
     * @return the exit status: 0 when the configuration can be applied, else 1
     */
    public static int run(Class<?> application, String[] args, PrintStream out) {
        List<String> options = Arrays.stream(args).filter(Check::isOption).toList();
        if (!List.of(OPTION, JSON).containsAll(options)) {
            out.println(options.getFirst() + " (expected: --check or --check=json)");
            return 1;
        }
        if (List.of(args).contains(MIGRATE)) {
            return migrate(args, out);
        }
        PrintStream stdout = System.out;
        System.setOut(System.err); // text that a library prints is not part of the report
        CheckReport report;
        try {
            report = report(application, args);
        } finally {
            System.setOut(stdout);
        }
        out.println(options.contains(JSON) ? report.json() : report.text());
        return report.faults().isEmpty() ? 0 : 1;
    }

    /** Prints the files with old names replaced; what is not theirs goes to standard error. */
    private static int migrate(String[] args, PrintStream out) {
        ConfigurableEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(args));
        try {
            Map<Path, String> files = Migration.of(environment);
            files.forEach((file, text) -> out
                    .print((files.size() == 1 ? "" : "# " + file + "\n") + text + (text.endsWith("\n")
                            ? ""
                            : "\n")));
            System.err.println(files.isEmpty()
                    ? "No file is read here. --spring.config.location says where they are."
                    : "These are the files with the names of Spring Cloud Gateway 5; none has been changed."
                            + " Save what is above, and --check it.");
            return files.isEmpty() ? 1 : 0;
        } catch (IOException | YAMLException e) {
            System.err.println(e.getMessage());
            return 1;
        }
    }

    /**
     * Boot stops at the first of its own properties that it cannot read, such as a port that is no number:
     * that one is treated as not set, and the next attempt is made. Another failure before the plan is
     * compiled must not hide the plan's faults either: then only the plan is made.
     */
    static CheckReport report(Class<?> application, String... args) {
        List<String> words = new ArrayList<>(Arrays.stream(args).filter(arg -> !isOption(arg)).toList());
        words.add("--logging.level.root=OFF");
        Set<Fault> all = new LinkedHashSet<>();
        List<Fault> warnings = new ArrayList<>();
        for (;;) {
            StartOutcome outcome = attempt(application, WebApplicationType.REACTIVE, words,
                    context -> {
                        Plan plan = context.getBean(Plan.class);
                        warnings.addAll(plan.warnings());
                        KernelRules rules = KernelRules.of(plan);
                        warnings.addAll(rules.warnings());
                        all.addAll(rules.faults());
                    });
            if (outcome instanceof StartOutcome.OneProperty one && all.add(one.fault())) {
                words.add("--" + one.fault().property() + "=");
                continue;
            }
            all.addAll(outcome.faults());
            if (outcome instanceof StartOutcome.Broken && attempt(application, WebApplicationType.NONE, words,
                    context -> context.getBean(Plan.class)) instanceof StartOutcome.Compiled compiled) {
                all.addAll(compiled.faults());
            }
            return new CheckReport(List.copyOf(all), warnings);
        }
    }

    private static StartOutcome attempt(Class<?> application, WebApplicationType type, List<String> words,
            Consumer<ConfigurableApplicationContext> use) {
        SpringApplication spring = OwnHost.in(new SpringApplication(application));
        spring.setWebApplicationType(type);
        spring.setLazyInitialization(type == WebApplicationType.NONE);
        spring.setBannerMode(Banner.Mode.OFF);
        spring.setLogStartupInfo(false);
        spring.setRegisterShutdownHook(false);
        spring.addInitializers(context -> context.getBeanFactory()
                .registerSingleton(AbstractApplicationContext.LIFECYCLE_PROCESSOR_BEAN_NAME, new Still()));
        try (ConfigurableApplicationContext context = spring.run(words.toArray(String[]::new))) {
            use.accept(context);
            return new StartOutcome.Compiled(List.of());
        } catch (RuntimeException e) {
            return StartFaults.of(e);
        }
    }

    /** Starts nothing. */
    private static final class Still implements LifecycleProcessor {

        @Override
        public void onRefresh() {
        }

        @Override
        public void onClose() {
        }

        @Override
        public void start() {
        }

        @Override
        public void stop() {
        }

        @Override
        public boolean isRunning() {
            return false;
        }
    }
}
