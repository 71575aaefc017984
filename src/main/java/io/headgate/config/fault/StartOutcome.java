package io.headgate.config.fault;

import java.util.List;

/** How far a start got. */
public sealed interface StartOutcome {

    List<Fault> faults();

    /** To the plan: these are its faults, perhaps none. */
    record Compiled(List<Fault> faults) implements StartOutcome {}

    /** To a property that cannot be read. */
    record OneProperty(Fault fault) implements StartOutcome {

        @Override
        public List<Fault> faults() {
            return List.of(fault);
        }
    }

    /** To something else. */
    record Broken(List<Fault> faults) implements StartOutcome {}
}
