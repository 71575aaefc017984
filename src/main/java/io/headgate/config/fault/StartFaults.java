package io.headgate.config.fault;

import io.headgate.config.fault.StartOutcome.Broken;
import io.headgate.config.fault.StartOutcome.Compiled;
import io.headgate.config.fault.StartOutcome.OneProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.config.ConfigDataNotFoundException;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.source.InvalidConfigurationPropertyValueException;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.io.support.SpringFactoriesLoader;
import org.springframework.core.io.support.SpringFactoriesLoader.FailureHandler;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;

/** Makes faults of the exceptions that can end a start or the reading of the files. */
public final class StartFaults {

    private static final String FILES = "spring.config.location";
    private static final String IMPORT = "spring.config.import";
    private static final String START = "start";

    private StartFaults() {
    }

    public static StartOutcome of(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            switch (cause) {
                case InvalidConfigurationException invalid -> {
                    return new Compiled(invalid.faults());
                }
                case BindException bind -> {
                    return new OneProperty(of(bind));
                }
                case InvalidConfigurationPropertyValueException invalid -> {
                    return new OneProperty(new Fault(invalid.getName(), String.valueOf(invalid.getValue()),
                            "a value that the property accepts; " + invalid.getReason(),
                            "Write the value in the expected form.", null));
                }
                case MarkedYAMLException yaml -> {
                    return new Broken(List.of(of(yaml)));
                }
                case ConfigDataNotFoundException missing -> {
                    String where = Place.of(missing.getOrigin());
                    return new Broken(List.of(new Fault(where == null ? FILES : IMPORT,
                            missing.getReferenceDescription(),
                            "a file that exists, or what a library on the class path reads",
                            "Correct the location, put the file there, or write optional: before it.",
                            where)));
                }
                case IllegalStateException unknown when String.valueOf(unknown.getMessage())
                        .contains("ConfigDataLocationResolver") -> {
                    return new Broken(List.of(new Fault(IMPORT, "",
                            "locations that a library on the class path reads",
                            "Spring Boot itself reads file:, classpath: and configtree:. Add the library that"
                                    + " reads the others, or write optional: before them.",
                            null)));
                }
                default -> {
                }
            }
        }
        return new Broken(List.of(analyzed(failure)));
    }

    private static Fault of(BindException bind) {
        Object value = bind.getProperty() == null ? "" : bind.getProperty().getValue();
        String where = bind.getProperty() == null ? null : Place.of(bind.getProperty().getOrigin());
        return new Fault(bind.getName().toString(), String.valueOf(value),
                Expected.of(bind.getTarget().getType().resolve(Object.class)),
                "Write the value in the expected form.", where);
    }

    private static Fault of(MarkedYAMLException yaml) {
        Mark mark = yaml.getProblemMark();
        return new Fault(FILES, String.valueOf(yaml.getProblem()), "YAML",
                YamlProblem.action(yaml),
                mark == null ? null : "line " + (mark.getLine() + 1) + ", column " + (mark.getColumn() + 1));
    }

    private static Fault analyzed(Throwable failure) {
        List<FailureAnalyzer> analyzers = SpringFactoriesLoader.forDefaultResourceLocation()
                .load(FailureAnalyzer.class, FailureHandler.handleMessage((message, cause) -> {
                })); // analyzers that need a context are of no use here
        for (FailureAnalyzer analyzer : analyzers) {
            FailureAnalysis analysis = analyze(analyzer, failure);
            if (analysis != null) {
                return new Fault(START, String.valueOf(analysis.getDescription()).strip(),
                        "a gateway that can be started",
                        analysis.getAction() == null ? "" : analysis.getAction().strip(), null);
            }
        }
        return new Fault(START, NestedExceptionUtils.getMostSpecificCause(failure).toString(),
                "a gateway that can be started", "Start Headgate to see the whole stack trace.", null);
    }

    private static @Nullable FailureAnalysis analyze(FailureAnalyzer analyzer, Throwable failure) {
        try {
            return analyzer.analyze(failure);
        } catch (RuntimeException | LinkageError e) {
            return null;
        }
    }
}
