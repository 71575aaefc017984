package io.headgate.admin.dashboard;

import io.headgate.admin.dashboard.Happenings.Happening;
import io.headgate.admin.dashboard.Row.Shape;
import io.headgate.config.reload.ReloadResult;
import io.headgate.config.reload.Reloads;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What has happened lately: changes of members and reloads. */
final class HappeningsPanel implements Panel {

    private static final Shape SHAPE = new Shape(List.of("since", "kind", "what", "cause"), List.of(), 0);

    private final Happenings happenings;
    private final Reloads reloads;
    private final Table table = new Table(SHAPE);
    private Reloads.@Nullable Last seen;

    HappeningsPanel(Happenings happenings, Reloads reloads) {
        this.happenings = happenings;
        this.reloads = reloads;
    }

    Table table() {
        return table;
    }

    @Override
    public void count(double seconds) {
        Reloads.Last last = reloads.last();
        if (last != null && !last.equals(seen)) {
            seen = last;
            switch (last.result()) {
                case ReloadResult.Applied applied -> {
                    if (!applied.changes().isEmpty()) {
                        happenings.add(last.at(), "RELOAD", "configuration applied",
                                applied.changes().toString());
                    }
                }
                case ReloadResult.Refused refused -> happenings.add(last.at(), "REFUSED",
                        "configuration refused, " + refused.faults().size() + " faults",
                        refused.faults().getFirst().toString());
            }
        }
    }

    @Override
    public void show(long version) {
        List<Happening> last = happenings.last();
        table.order(last.stream().map(each -> Long.toString(each.number())).toList(), version);
        for (Happening each : last) {
            table.row(Long.toString(each.number())).show(version, each.at().toString(), each.kind(),
                    each.what(), each.cause());
        }
    }
}
