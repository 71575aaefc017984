package io.headgate.pool;

import static io.headgate.pool.TestedPools.member;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TrialTest {

    @Test
    void aMemberOnTrialGetsNoMoreThanItIsPermittedAtATimeAndOthersGetTheRest() {
        TestedPools pools = TestedPools.unchecked(member("a"), member("b"));
        pools.get("a").beginTrial(3);
        for (int i = 0; i < 64; i++) {
            pools.acquire();
        }
        assertThat(pools.get("a").inFlight()).isEqualTo(3);
        assertThat(pools.get("b").inFlight()).isEqualTo(61);
    }

    @Test
    void anAnswerAndAnEndMakeRoomForTheNext() {
        TestedPools pools = TestedPools.unchecked(member("a"));
        Member member = pools.get("a");
        member.beginTrial(2);
        pools.acquire();
        pools.acquire();
        assertThat(pools.tryAcquire()).isNull();
        assertThat(pools.pool().refusal()).isEqualTo(Reason.MEMBERS_FULL);
        member.answered(1);
        pools.acquire();
        assertThat(pools.tryAcquire()).isNull();
        member.release(Outcome.UNKNOWN); // may be that of the one that was answered
        assertThat(pools.tryAcquire()).isNull();
        member.release(Outcome.UNKNOWN);
        pools.acquire();
        assertThat(pools.tryAcquire()).isNull();
        member.proven();
        pools.acquire();
    }

    @Test
    void afterTheTrialEverythingIsAsBefore() {
        TestedPools pools = TestedPools.unchecked(member("a"));
        Member member = pools.get("a");
        member.beginTrial(1);
        pools.acquire();
        assertThat(pools.tryAcquire()).isNull();
        member.endTrial();
        assertThat(pools.tryAcquire()).isNotNull();
        member.beginTrial(1);
        pools.acquire();
        assertThat(pools.tryAcquire()).as("what was begun before does not count").isNull();
    }

    @Test
    void aPlaceThatMaxConnectionsRefusesIsNotLost() {
        TestedPools pools = TestedPools.unchecked(member("a", 1, 1, false));
        Member member = pools.get("a");
        member.beginTrial(2);
        pools.acquire();
        for (int i = 0; i < 5; i++) {
            assertThat(pools.tryAcquire()).isNull();
        }
        member.release(Outcome.OK);
        pools.acquire();
    }

    @Test
    void aSessionBoundToAMemberOnTrialGoesElsewhereWhenThatIsFull() {
        TestedPools pools = TestedPools.unchecked(member("a"), member("b"));
        Member bound = pools.get("a");
        bound.beginTrial(1);
        List<@Nullable Member> got = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            got.add(Objects.requireNonNull(pools.pool().acquire(new Pick(), bound)));
        }
        assertThat(got).containsExactly(bound, pools.get("b"), pools.get("b"));
    }
}
