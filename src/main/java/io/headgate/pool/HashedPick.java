package io.headgate.pool;

import org.jspecify.annotations.Nullable;

/**
 * The member that owns a key. A key whose member is excluded or has too much to do goes on from slot to slot,
 * whose owners are unrelated, so that the keys of one member spread over all others, and each key always in
 * the same way.
 */
final class HashedPick implements Balancer {

    /** Enough slots to meet a member that will do, unless nearly all are excluded. */
    private static final int SLOTS_TRIED = 64;

    private final Snapshot members;
    private final Maglev table;
    private final LoadBound bound;

    HashedPick(Snapshot members, LoadBound bound) {
        this.members = members;
        this.table = Maglev.of(members);
        this.bound = bound;
    }

    @Override
    public @Nullable Member pick(Pick pick) {
        int slot = table.slot(pick.hash());
        int owner = table.owner(slot);
        double load = bound.load();
        for (int i = 0; i < SLOTS_TRIED; i++) {
            int index = table.owner(slot);
            Member member = members.member(index);
            if (!pick.excludes(member) && bound.admits(index, load)) {
                return member;
            }
            slot = slot + 1 < table.slots() ? slot + 1 : 0;
        }
        Member member = anyFrom(owner, pick, load);
        return member != null || load == 0 ? member : anyFrom(owner, pick, 0);
    }

    /** With a load of 0, whatever the bound says. */
    private @Nullable Member anyFrom(int start, Pick pick, double load) {
        for (int i = 0; i < members.size(); i++) {
            int at = start + i < members.size() ? start + i : start + i - members.size();
            Member member = members.member(at);
            if (!pick.excludes(member) && (load == 0 || bound.admits(at, load))) {
                return member;
            }
        }
        return null;
    }
}
