package io.headgate.config.fault;

import org.yaml.snakeyaml.error.MarkedYAMLException;

/** What to do about a file that is no YAML. */
public final class YamlProblem {

    private YamlProblem() {
    }

    public static String action(MarkedYAMLException error) {
        String problem = String.valueOf(error.getProblem());
        if (problem.contains("TAB")) {
            return "Indent with spaces.";
        }
        if (problem.startsWith("found duplicate key")) {
            return "Write what is below the two keys below one.";
        }
        if (problem.startsWith("mapping values") || problem.startsWith("expected <block end>")
                || problem.startsWith("could not find expected ':'")) {
            return "Look at the indentation of this line and of the one above: what belongs together begins"
                    + " in one column, and a colon is followed by a space.";
        }
        if (problem.contains("cannot start any token")) {
            return "Put the value in quotes.";
        }
        return "Correct the file there.";
    }
}
