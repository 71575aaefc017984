package io.headgate.pool;

import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** The members that may get work at one moment, and their effective weights. Immutable. */
public final class Snapshot {

    private final Member[] members;
    private final int[] weights;

    Snapshot(List<Member> members, int[] weights) {
        this.members = members.toArray(Member[]::new);
        this.weights = weights;
    }

    public int size() {
        return members.length;
    }

    public Member member(int index) {
        return members[index];
    }

    /** Its place, or -1 if it may get no work. */
    int indexOf(Member member) {
        for (int i = 0; i < members.length; i++) {
            if (members[i] == member) {
                return i;
            }
        }
        return -1;
    }

    void addTo(Collection<Member> all) {
        Collections.addAll(all, members);
    }

    /** Whether there is a member that the pick does not exclude, full or not. */
    boolean offers(Pick pick) {
        for (Member member : members) {
            if (!pick.excludes(member)) {
                return true;
            }
        }
        return false;
    }

    /** Whether a member that the pick does not exclude has a free place. */
    boolean hasRoom(Pick pick) {
        for (Member member : members) {
            if (!member.full() && !pick.excludes(member)) {
                return true;
            }
        }
        return false;
    }

    /**
     * Some member that the pick does not exclude: the way out of an algorithm whose own choice was excluded.
     */
    @Nullable
    Member anyBut(Pick pick, RandomSource random) {
        return anyFrom(random.below(members.length), pick);
    }

    /** The first member from this one on that the pick does not exclude. */
    @Nullable
    Member anyFrom(int start, Pick pick) {
        for (int i = 0; i < members.length; i++) {
            Member member = members[(start + i) % members.length];
            if (!pick.excludes(member)) {
                return member;
            }
        }
        return null;
    }

    /** Whether a balancer over the one would do the same as over the other. */
    boolean sameAs(Snapshot other) {
        return Arrays.equals(members, other.members) && Arrays.equals(weights, other.weights);
    }

    /** The same without the members that do not match. */
    public Snapshot only(Predicate<Member> which) {
        int[] kept = IntStream.range(0, members.length).filter(i -> which.test(members[i])).toArray();
        return new Snapshot(IntStream.of(kept).mapToObj(i -> members[i]).toList(),
                IntStream.of(kept).map(i -> weights[i]).toArray());
    }

    /** At least 1. */
    public int weight(int index) {
        return weights[index];
    }
}
