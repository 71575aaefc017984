package io.headgate.admin.dashboard;

import io.headgate.admin.dashboard.Row.Shape;
import io.headgate.pool.Availability;
import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What an operator looks for first: members that get no work, those of dead pools before the others. */
final class TroublesPanel implements Panel {

    private static final Shape SHAPE = new Shape(
            List.of("pool", "member", "state", "since", "cause", "severity"), List.of(), 0);
    private static final int MOST = 50;

    private final Supplier<Stream<Pool>> pools;
    private final Table table = new Table(SHAPE);
    private int count;

    TroublesPanel(Supplier<Stream<Pool>> pools) {
        this.pools = pools;
    }

    Table table() {
        return table;
    }

    /** All, also those that are too many to be shown. */
    int count() {
        return count;
    }

    @Override
    public void show(long version) {
        List<Member> dead = new ArrayList<>();
        List<Member> others = new ArrayList<>();
        pools.get().forEach(pool -> {
            for (Member member : pool.members()) {
                if (member.availability() != Availability.UP) {
                    (pool.available() ? others : dead).add(member);
                }
            }
        });
        count = dead.size() + others.size();
        List<Member> shown = Stream.concat(dead.stream(), others.stream()).limit(MOST).toList();
        table.order(shown.stream().map(TroublesPanel::id).distinct().toList(), version);
        for (Member member : shown) {
            var decisive = member.standing().decisive();
            table.row(id(member)).show(version, member.pool().name(), member.id(),
                    member.availability().name(), decisive.since().toString(), decisive.cause(),
                    member.pool().available() ? "member" : "pool");
        }
    }

    private static String id(Member member) {
        return member.pool().name() + "/" + member.id() + "/" + member.address();
    }
}
