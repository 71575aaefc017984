package io.headgate.admin.dashboard;

import io.headgate.admin.dashboard.Row.Shape;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The members of one pool. */
final class MembersPanel implements Panel {

    private static final Shape SHAPE = new Shape(
            List.of("member", "address", "state", "since", "cause", "weight", "role", "inFlight", "rate",
                    "errors", "latency", "check", "intent"),
            List.of("rate", "errors"), 60);

    private final Pool pool;
    private final Table table = new Table(SHAPE);
    private Map<String, Rates> rates = Map.of();
    private List<Member> followed = List.of();
    private double rate;
    private double errors;
    private int inFlight;

    MembersPanel(Pool pool) {
        this.pool = pool;
    }

    private static final class Rates {

        private final Member member;
        private final Row row;
        private final Increase picks = new Increase();
        private final Increase failures = new Increase();
        private double rate;
        private double errors;

        Rates(Member member, Row row) {
            this.member = member;
            this.row = row;
        }

        void count(double seconds) {
            long failed = 0;
            for (Outcome outcome : FAILURES) {
                failed += member.count(outcome);
            }
            rate = picks.perSecond(member.picks(), seconds);
            errors = failures.perSecond(failed, seconds);
        }
    }

    private static final List<Outcome> FAILURES = java.util.Arrays.stream(Outcome.values())
            .filter(Outcome::failed).toList();

    Table table() {
        return table;
    }

    double rate() {
        return rate;
    }

    double errors() {
        return errors;
    }

    int inFlight() {
        return inFlight;
    }

    @Override
    public void count(double seconds) {
        follow();
        rate = 0;
        errors = 0;
        inFlight = 0;
        rates.values().forEach(of -> {
            of.count(seconds);
            rate += of.rate;
            errors += of.errors;
            inFlight += of.member.inFlight();
            of.row.add(of.rate, of.errors);
        });
    }

    /** Members by the ids of their rows, in order. A pool's list is replaced with each change. */
    @SuppressWarnings("ReferenceEquality") // so that nothing is compared while nothing changes
    private void follow() {
        List<Member> members = pool.members();
        if (members == followed) {
            return;
        }
        followed = members;
        Map<String, Rates> next = new LinkedHashMap<>();
        Set<String> taken = new HashSet<>();
        for (Member member : members) {
            String id = taken.add(member.id()) ? member.id() : member.id() + " at " + member.address();
            Rates known = rates.get(id);
            next.put(id, known != null && known.member == member ? known : new Rates(member, table.row(id)));
        }
        rates = next;
    }

    @Override
    public void show(long version) {
        follow();
        table.order(new ArrayList<>(rates.keySet()), version);
        rates.values().forEach(of -> show(version, of));
    }

    private void show(long version, Rates of) {
        Member member = of.member;
        var decisive = member.standing().decisive();
        String address = member.address().toString();
        of.row.show(version, member.id(), address.equals(member.id()) ? "" : address,
                member.availability().name(),
                decisive.since().toString(), decisive.cause(), weight(member), role(member),
                Integer.toString(member.inFlight()), Amounts.of(of.rate), Amounts.of(of.errors),
                Amounts.time(of.rate == 0 ? Duration.ZERO : member.latency()), check(member.lastCheck()),
                member.standing().operator().value().intent().name());
    }

    private static String weight(Member member) {
        int configured = member.spec().weight();
        return member.weight() == configured
                ? Integer.toString(configured)
                : member.weight() + " (configured: " + configured + ")";
    }

    private static String role(Member member) {
        String zone = member.spec().zone();
        return (member.spec().backup() ? "backup" : "") + (member.spec().backup() && zone != null ? ", " : "")
                + (zone == null ? "" : zone);
    }

    private static String check(Member.@Nullable Check check) {
        return check == null
                ? ""
                : (check.passed() ? "passed in " + Amounts.time(check.took()) : check.detail());
    }
}
