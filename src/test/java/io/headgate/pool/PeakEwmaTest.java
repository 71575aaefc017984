package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.function.IntToLongFunction;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PeakEwmaTest {

    private static final long MS = Duration.ofMillis(1).toNanos();

    /** m0 is drawn first, then m1; the chance of m0 is a number of 1,048,576 parts. */
    @ParameterizedTest
    @CsvSource({"10 10, 0 0, 1048575, m0", "10 30, 0 0, 1048575, m0", "30 10, 0 0, 349525, m0",
            "30 10, 0 0, 349526, m1", "10 10, 3 0, 262143, m0", "10 10, 3 0, 262144, m1", "0 10, 0 0, 0, m0",
            "0 10, 1 0, 0, m1", "10 0, 0 0, 0, m1", "10 0, 0 1, 0, m0", "0 0, 0 0, 0, m0", "0 0, 1 0, 0, m1"})
    void aCostlierMemberIsTakenWithTheChanceOfTheOthersCostByItsOwn(String latencies, String inFlight,
            int chance,
            String picked) {
        TestSnapshot members = TestSnapshot.equal(2);
        for (int i = 0; i < 2; i++) {
            int latency = Integer.parseInt(latencies.split(" ", -1)[i]);
            if (latency > 0) {
                members.member(i).answered(latency * MS);
            }
            members.load(i, Integer.parseInt(inFlight.split(" ", -1)[i]));
        }
        Deque<Integer> script = new ArrayDeque<>(Arrays.asList(0, 0, 1, 0, chance));
        Balancer balancer = new PeakEwma().over(members.all(), bound -> script.remove());
        assertThat(balancer.pick(new Pick())).hasToString("test/" + picked);
    }

    /** Answers take 5 to 15 ms, and one in a hundred 200 ms, whoever gives them. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5})
    void equalMembersGetSharesWithinAFifthOfFair(long seed) {
        java.util.Random random = new java.util.Random(seed);
        int[] shares = simulate(TestSnapshot.equal(5), 1_500, seed,
                member -> random.nextInt(100) == 0 ? 200 * MS : (5 + random.nextInt(11)) * MS);
        for (int share : shares) {
            assertThat(share).isBetween(240, 360);
        }
    }

    @Test
    void aSlowMemberGetsLessAndOneThatWasSlowOnceComesBack() {
        TestSnapshot members = TestSnapshot.equal(5);
        int[] shares = simulate(members, 3_000, 7, member -> member == 0 ? 100 * MS : 10 * MS);
        assertThat(shares[0]).isBetween(20, 150);
        members.pass(Duration.ofSeconds(30).toNanos());
        shares = simulate(members, 1_500, 8, member -> 10 * MS);
        assertThat(shares[0]).isBetween(200, 400);
    }

    @Test
    void aMemberThatFailsFastDrawsNoTraffic() {
        TestSnapshot members = TestSnapshot.equal(3);
        Balancer balancer = new PeakEwma().over(members.all(), TestSnapshot.seeded(3));
        int[] picks = new int[3];
        for (int i = 0; i < 1_000; i++) {
            Member member = Objects.requireNonNull(balancer.pick(new Pick()));
            Shares.hold(member);
            picks[Shares.index(member)]++;
            if (Shares.index(member) == 0) {
                member.release(Outcome.RESET);
            } else {
                member.answered(10 * MS);
                member.release(Outcome.OK);
            }
            members.pass(MS);
        }
        assertThat(picks[0]).isLessThan(50);
    }

    @Test
    void withoutLatenciesWhatIsHeldIsSpreadByWeight() {
        TestSnapshot members = new TestSnapshot(1, 4);
        Balancer balancer = new PeakEwma().over(members.all(), TestSnapshot.seeded(4));
        for (int i = 0; i < 500; i++) {
            Shares.hold(balancer.pick(new Pick()));
        }
        assertThat(members.member(0).inFlight()).isBetween(90, 110);
    }

    /** One request a millisecond; each is answered after its member's time. */
    private static int[] simulate(TestSnapshot members, int requests, long seed, IntToLongFunction latency) {
        record Answer(long at, Member from, long took) {}
        Balancer balancer = new PeakEwma().over(members.all(), TestSnapshot.seeded(seed));
        PriorityQueue<Answer> open = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
        int[] shares = new int[members.all().size()];
        for (long now = 0; now < requests * MS; now += MS) {
            members.pass(MS);
            for (Answer next = open.peek(); next != null && next.at <= now; next = open.peek()) {
                open.remove();
                next.from.answered(next.took);
                next.from.release(Outcome.OK);
            }
            Member member = Objects.requireNonNull(balancer.pick(new Pick()));
            Shares.hold(member);
            int index = Shares.index(member);
            shares[index]++;
            long took = latency.applyAsLong(index);
            open.add(new Answer(now + took, member, took));
        }
        open.forEach(answer -> answer.from.release(Outcome.OK));
        return shares;
    }
}
