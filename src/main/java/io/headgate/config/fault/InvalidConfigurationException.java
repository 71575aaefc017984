package io.headgate.config.fault;

import java.util.List;
import java.util.stream.Collectors;

/** The configuration is not applied, because of these faults. */
public final class InvalidConfigurationException extends RuntimeException {

    private final transient List<Fault> faults;

    public InvalidConfigurationException(List<Fault> faults) {
        super(faults.stream().map(Fault::toString).collect(Collectors.joining("\n")));
        this.faults = List.copyOf(faults);
    }

    public List<Fault> faults() {
        return faults;
    }
}
