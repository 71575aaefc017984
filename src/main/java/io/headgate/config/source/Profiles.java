package io.headgate.config.source;

import io.headgate.config.fault.Faults;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.core.env.ConfigurableEnvironment;

/** Looks for active profiles that change nothing: their names are probably misspelled. */
public final class Profiles {

    /** Has a meaning in the jar: it starts the demo's backends. */
    private static final String DEMO = "demo";

    private Profiles() {
    }

    public static void check(ConfigurableEnvironment environment, Faults faults) {
        Set<Path> files = ConfigurationFiles.of(environment);
        for (String profile : environment.getActiveProfiles()) {
            if (!profile.equals(DEMO) && environment.getPropertySources().stream()
                    .noneMatch(source -> source.getName().contains("-" + profile + "."))
                    && files.stream().noneMatch(file -> mentions(file, profile))) {
                faults.warn("spring.profiles.active", profile, "a profile that a file is for",
                        "There is no application-" + profile + ".yml beside the files that are read, and no"
                                + " document in them is for this profile (spring.config.activate.on-profile).");
            }
        }
    }

    private static boolean mentions(Path file, String profile) {
        try {
            return Pattern.compile("on-profile\"?\\s*:[^\\n]*" + Pattern.quote(profile))
                    .matcher(Files.readString(file)).find();
        } catch (IOException e) {
            return true; // not to be judged
        }
    }
}
