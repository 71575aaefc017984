package io.headgate.config.reload;

import io.headgate.config.fault.Fault;
import java.util.List;

/** How a reload ended. */
public sealed interface ReloadResult {

    /** The new configuration is in force. */
    record Applied(Changes changes) implements ReloadResult {}

    /** It was refused because of these faults; the previous one stays in force. */
    record Refused(List<Fault> faults) implements ReloadResult {}

    /** One word for it. */
    default String word() {
        return switch (this) {
            case Applied applied -> applied.changes().isEmpty() ? "unchanged" : "applied";
            case Refused _ -> "refused";
        };
    }
}
