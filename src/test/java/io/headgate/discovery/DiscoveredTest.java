package io.headgate.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Address;
import io.headgate.pool.MemberSpec;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DiscoveredTest {

    private static final Instant START = Instant.EPOCH;
    private static final Instant LATER = START.plusSeconds(1);
    private static final MemberSpec A = MemberSpec.of(new Address("10.0.0.1", 80));
    private static final MemberSpec B = MemberSpec.of(new Address("10.0.0.2", 80));
    private static final MemberSpec HEAVY_B = new MemberSpec(B.id(), B.address(), 5, 0, false, null);

    private final Discovered nothing = Discovered.nothingYet(START);

    @Test
    void resetReplacesAddAddsAndRemoveRemoves() {
        Discovered told = nothing.after(new Update.Reset(List.of(A)), START);
        assertThat(told.members()).containsExactly(A);
        told = told.after(new Update.Add(List.of(B)), START);
        assertThat(told.members()).containsExactly(A, B);
        told = told.after(new Update.Add(List.of(HEAVY_B)), START);
        assertThat(told.members()).containsExactly(A, HEAVY_B);
        told = told.after(new Update.Remove(Set.of(A.id(), "unknown")), START);
        assertThat(told.members()).containsExactly(HEAVY_B);
        told = told.after(new Update.Reset(List.of(A)), START);
        assertThat(told.members()).containsExactly(A);
    }

    @Test
    void goneKeepsTheLastGoodSetAndSaysWhySinceWhen() {
        Discovered gone = nothing.after(new Update.Reset(List.of(A)), START)
                .after(new Update.Gone("SERVFAIL"), LATER)
                .after(new Update.Gone("timeout"), LATER.plusSeconds(9));
        assertThat(gone).isEqualTo(new Discovered(List.of(A), "timeout", LATER, true));
    }

    @Test
    void theSameSetAgainEndsTroubleAndChangesNothingElse() {
        Discovered good = nothing.after(new Update.Reset(List.of(A)), START);
        assertThat(good.after(new Update.Reset(List.of(A)), LATER)).isSameAs(good);
        Discovered back = good.after(new Update.Gone("x"), LATER).after(new Update.Reset(List.of(A)), LATER);
        assertThat(back.trouble()).isNull();
        assertThat(back.since()).isEqualTo(LATER);
    }

    @Test
    void anythingSaidIsAnAnswer() {
        assertThat(nothing.answered()).isFalse();
        assertThat(nothing.after(new Update.Gone("x"), START).answered()).isTrue();
        assertThat(nothing.after(new Update.Reset(List.of()), START).answered()).isTrue();
    }
}
