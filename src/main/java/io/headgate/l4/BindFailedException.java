package io.headgate.l4;

import java.util.List;
import java.util.stream.Collectors;

/** Some listeners could not be bound; nothing was changed. */
@SuppressWarnings("serial")
public final class BindFailedException extends Exception {

    private final transient List<BindFault> faults;

    BindFailedException(List<BindFault> faults) {
        super(faults.stream().map(BindFault::toString).collect(Collectors.joining("; ")));
        this.faults = List.copyOf(faults);
    }

    /** Every one of them. */
    public List<BindFault> faults() {
        return faults;
    }
}
