package io.headgate.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.headgate.discovery.Discovered;
import io.headgate.discovery.Discovery;
import io.headgate.pool.Availability;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import io.headgate.pool.QueueSpec;
import io.headgate.pool.QueueState;
import io.headgate.pool.Verdict;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is shown of a pool.
 *
 * @param discovery where its members are found, empty if they are only listed
 */
record PoolView(String name, String balance, boolean available, boolean panic, QueueView queue,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<SourceView> discovery,
        List<MemberView> members) {

    static PoolView of(Pool pool, List<Discovery.Status> sources) {
        return new PoolView(pool.name(), pool.spec().balancing().algorithm().name(), pool.available(),
                pool.panic(),
                QueueView.of(pool),
                sources.stream().filter(status -> status.pool().equals(pool.name())).map(SourceView::of)
                        .toList(),
                pool.members().stream().map(MemberView::of).toList());
    }

    /**
     * What is shown of a source of members.
     *
     * @param source its kind and name
     * @param members how many it named in its last good answer
     * @param trouble why it has no better answer, null while all is well
     * @param since when the trouble began, or the members last changed
     */
    record SourceView(String source, boolean answered, int members,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String trouble, Instant since) {

        static SourceView of(Discovery.Status status) {
            Discovered discovered = status.discovered();
            return new SourceView(status.source().toString(), discovered.answered(),
                    discovered.members().size(), discovered.trouble(), discovered.since());
        }
    }

    /**
     * What is shown of a pool's queue: its limits, how many wait now, and how the waiting ended for the
     * others.
     */
    record QueueView(int size, Duration timeout, int length, long admitted, Duration waited, long full,
            long late, long left) {

        static QueueView of(Pool pool) {
            QueueSpec spec = pool.spec().queue();
            QueueState state = pool.queue();
            return new QueueView(spec.size(), spec.timeout(), state.length(), state.admitted(),
                    Duration.ofNanos(state.waitedNanos()), state.full(), state.late(), state.left());
        }
    }

    /**
     * What is shown of a member; state, since and cause come from the strongest of the four verdicts, which
     * follow one by one.
     */
    record MemberView(String id, String address, int weight, int configuredWeight, boolean backup,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable String zone,
            int maxConnections,
            Availability state, Instant since, String cause, Map<String, VerdictView> verdicts,
            @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable CheckView lastCheck, int inFlight,
            long picks,
            Map<String, Long> outcomes) {

        static MemberView of(Member member) {
            Verdict<?> decisive = member.standing().decisive();
            Map<String, VerdictView> verdicts = new LinkedHashMap<>();
            verdicts.put("probe",
                    VerdictView.of(member.standing().probe(), member.standing().probe().value().name()));
            verdicts.put("ejected",
                    VerdictView.of(member.standing().ejected(), member.standing().ejected().value()));
            verdicts.put("operator",
                    VerdictView.of(member.standing().operator(),
                            member.standing().operator().value().intent().name()));
            verdicts.put("leaving",
                    VerdictView.of(member.standing().leaving(), member.standing().leaving().value()));
            Map<String, Long> outcomes = new LinkedHashMap<>();
            for (Outcome outcome : Outcome.values()) {
                outcomes.put(outcome.code(), member.count(outcome));
            }
            return new MemberView(member.id(), member.address().toString(), member.weight(),
                    member.spec().weight(),
                    member.spec().backup(), member.spec().zone(), member.spec().maxConnections(),
                    member.availability(),
                    decisive.since(),
                    decisive.cause(), verdicts, CheckView.of(member.lastCheck()), member.inFlight(),
                    member.picks(),
                    outcomes);
        }
    }

    record VerdictView(Object value, Instant since, String cause) {

        static VerdictView of(Verdict<?> verdict, Object value) {
            return new VerdictView(value, verdict.since(), verdict.cause());
        }
    }

    record CheckView(boolean passed, String detail, Instant at, Duration took) {

        static @Nullable CheckView of(Member.@Nullable Check check) {
            return check == null
                    ? null
                    : new CheckView(check.passed(), check.detail(), check.at(), check.took());
        }
    }
}
