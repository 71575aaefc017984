package io.headgate.config.fault;

import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Shows every fault, and what to do about each, instead of a stack trace. */
final class InvalidConfigurationFailureAnalyzer
        extends
            AbstractFailureAnalyzer<InvalidConfigurationException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, InvalidConfigurationException cause) {
        List<Fault> faults = cause.faults();
        String count = faults.size() == 1 ? "one fault" : faults.size() + " faults";
        return new FailureAnalysis(
                "The configuration has " + count + ":\n\n" + lines(faults, Fault::toString),
                lines(faults, fault -> fault.property() + ": " + fault.action()), cause);
    }

    private static String lines(List<Fault> faults, Function<Fault, String> text) {
        return faults.stream().map(fault -> "  - " + text.apply(fault)).collect(Collectors.joining("\n"));
    }
}
