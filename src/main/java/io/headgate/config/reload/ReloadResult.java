package io.headgate.config.reload;

import io.headgate.config.fault.Fault;
import java.util.List;

/** How a reload ended. */
public sealed interface ReloadResult {

    /** It is in force. */
    record Applied(Changes changes) implements ReloadResult {}

    /** It is not, because of these faults; what was in force before still is. */
    record Refused(List<Fault> faults) implements ReloadResult {}

    /** One word for it. */
    default String word() {
        return switch (this) {
            case Applied applied -> applied.changes().isEmpty() ? "unchanged" : "applied";
            case Refused _ -> "refused";
        };
    }
}
