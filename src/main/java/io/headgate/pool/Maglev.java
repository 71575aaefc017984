package io.headgate.pool;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * A table in which each member owns slots in proportion to its weight, spread as evenly as can be, and most
 * slots keep their owner when members come and go: Maglev hashing (D. Eisenbud and others, "Maglev: A Fast
 * and Reliable Software Network Load Balancer", NSDI 2016, section 3.4). Each member has an order of
 * preference over all slots, which follows from its id alone; members take turns to take the next slot of
 * their order that is free, several in a turn or none in some turns where their weight says so.
 *
 * <p>
 * Why not a ring: for shares as even as these (within 1 or 2 %) a ring needs thousands of points for each
 * member and a search for each pick; here a pick is one division and one read. The price: when one of n
 * members goes, a few more slots than its own change their owner. With a hundred slots for each member that
 * stays under 2 % of all.
 *
 * <p>
 * The order of members does not matter, so that all replicas agree. Neighbouring slots have unrelated owners.
 */
final class Maglev {

    private static final int SLOTS_FOR_A_MEMBER = 100;

    /** Primes near powers of two. The smallest that is large enough is the table's size. */
    private static final int[] SIZES = {65_537, 131_101, 262_147, 524_309, 1_048_583, 2_097_169, 4_194_319};

    /** Of tables for others to pick by, which are sent and not only kept: a tenth of that for each member. */
    private static final int[] SHORT_SIZES = {1021, 2039, 4093, 8191, 16_381, 32_749, 65_521};
    private static final int SHORT_SLOTS_FOR_A_MEMBER = 64;

    private final int[] owners;

    private Maglev(int[] owners) {
        this.owners = owners;
    }

    static Maglev of(Snapshot members) {
        return of(members, size(members.size(), SLOTS_FOR_A_MEMBER, SIZES));
    }

    /** A shorter table, of which members have a little less even shares. */
    static Buckets buckets(Snapshot members) {
        int[] owners = members.size() == 0
                ? new int[0]
                : of(members, size(members.size(), SHORT_SLOTS_FOR_A_MEMBER, SHORT_SIZES)).owners;
        return new Buckets(Buckets.Draw.BY_SOURCE, Arrays.stream(owners).boxed().toList());
    }

    private static Maglev of(Snapshot members, int slots) {
        int[] owners = new int[slots];
        Taken taken = new Taken(owners.length);
        List<Turns> order = IntStream.range(0, members.size())
                .mapToObj(i -> new Turns(i, members.member(i).id(), members.weight(i), owners.length))
                .sorted(Comparator.comparing(turns -> turns.id)).toList();
        long total = order.stream().mapToLong(turns -> turns.weight).sum();
        int left = owners.length;
        for (long round = 1; left > 0; round++) {
            for (Turns turns : order) {
                long due = turns.due(round, members.size(), total);
                for (; due > 0 && left > 0; due--) {
                    turns.take(owners, taken);
                    left--;
                }
            }
        }
        return new Maglev(owners);
    }

    private static int size(int members, int slotsForEach, int[] sizes) {
        for (int size : sizes) {
            if (size >= (long) members * slotsForEach) {
                return size;
            }
        }
        return sizes[sizes.length - 1];
    }

    int slots() {
        return owners.length;
    }

    int slot(long hash) {
        return (int) Long.remainderUnsigned(hash, owners.length);
    }

    /** The index of the member that owns the slot. */
    int owner(int slot) {
        return owners[slot];
    }

    /** A bit for each slot: few enough to stay in the processor's cache, where most of the time goes. */
    private static final class Taken {

        private final long[] bits;

        Taken(int size) {
            bits = new long[(size >>> 6) + 1];
        }

        boolean take(int slot) {
            long word = bits[slot >>> 6];
            long bit = 1L << slot;
            bits[slot >>> 6] = word | bit;
            return (word & bit) == 0;
        }
    }

    /** One member's way through its order of preference: every slot once, since the size is prime. */
    private static final class Turns {

        private final int index;
        private final String id;
        private final int weight;
        private final int step;
        private int slot;
        private long taken;

        Turns(int index, String id, int weight, int size) {
            long hash = KeyHash.of(id);
            this.index = index;
            this.id = id;
            this.weight = weight;
            this.slot = (int) Long.remainderUnsigned(hash, size);
            this.step = 1 + (int) Long.remainderUnsigned(KeyHash.mix(hash + 1), size - 1);
        }

        /** After so many rounds a member has round * weight / mean weight slots, rounded. */
        long due(long round, int members, long total) {
            return (2 * round * weight * members + total) / (2 * total) - taken;
        }

        void take(int[] owners, Taken slots) {
            while (!slots.take(slot)) {
                next(owners.length);
            }
            owners[slot] = index;
            taken++;
            next(owners.length);
        }

        private void next(int size) {
            slot += step;
            if (slot >= size) {
                slot -= size;
            }
        }
    }
}
