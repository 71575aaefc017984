package io.headgate.config.reload;

import io.headgate.config.fault.Fault;
import io.headgate.config.fault.InvalidConfigurationException;
import io.headgate.config.fault.StartFaults;
import io.headgate.config.plan.Materials;
import io.headgate.config.plan.Plan;
import io.headgate.config.plan.PlanCompiler;
import io.headgate.config.plan.Routes;
import io.headgate.config.source.ConfigurationFiles;
import io.headgate.config.source.YamlSyntax;
import io.headgate.config.tls.ReloadedBundles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.springframework.core.env.ConfigurableEnvironment;

/**
 * A configuration that can be applied.
 *
 * @param files it was read from
 * @param bundles its SSL bundles
 */
public record Candidate(ConfigurableEnvironment environment, Plan plan, Routes routes, Set<Path> files,
        ReloadedBundles.Draft bundles) {

    public static Candidate of(ConfigurableEnvironment environment, Plan plan, Routes routes,
            ReloadedBundles.Draft bundles) {
        return new Candidate(environment, plan, routes, ConfigurationFiles.of(environment), bundles);
    }

    /**
     * Reads the files again.
     *
     * @param running the one in force: a file of it that is gone or empty is a fault, because everything in
     *            it would be removed
     * @throws InvalidConfigurationException with every fault
     */
    static Candidate read(Candidate running, Materials materials) {
        YamlSyntax.check(running.files);
        ConfigurableEnvironment environment;
        try {
            environment = ConfigurationFiles.readAgain(running.environment);
        } catch (RuntimeException e) {
            throw new InvalidConfigurationException(StartFaults.of(e).faults());
        }
        List<Fault> missing = missing(running.files, ConfigurationFiles.of(environment));
        if (!missing.isEmpty()) {
            throw new InvalidConfigurationException(missing);
        }
        ReloadedBundles.Draft bundles = bundles(environment, materials);
        try {
            return of(environment, PlanCompiler.compile(environment, materials), Routes.of(environment),
                    bundles);
        } catch (RuntimeException e) {
            bundles.discard();
            throw e;
        }
    }

    private static ReloadedBundles.Draft bundles(ConfigurableEnvironment environment, Materials materials) {
        try {
            return materials.bundles().draft(environment);
        } catch (RuntimeException e) {
            throw new InvalidConfigurationException(StartFaults.of(e).faults());
        }
    }

    private static List<Fault> missing(Set<Path> before, Set<Path> now) {
        List<Fault> faults = new ArrayList<>();
        for (Path file : before) {
            if (!now.contains(file)) {
                faults.add(new Fault("spring.config.location", file.toString(),
                        "the file that was read before; it is " + (isThere(file) ? "empty" : "gone"),
                        "Put it back, or restart without it.", null));
            }
        }
        return faults;
    }

    private static boolean isThere(Path file) {
        try {
            return Files.size(file) >= 0;
        } catch (IOException e) {
            return false;
        }
    }
}
