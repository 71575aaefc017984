package io.headgate.pool;

/**
 * A member as its pool looks at it, for people.
 *
 * @param eligible whether it may be picked now
 * @param why in words: what keeps it from getting work, or what is particular to it; empty for nothing
 * @param weight its share, as it counts now; 0 if it is not eligible
 */
public record Candidate(Member member, boolean eligible, String why, int weight) {

    static Candidate of(Member member, Eligible now) {
        Snapshot first = now.members();
        int place = first.indexOf(member);
        if (place >= 0) {
            return new Candidate(member, !member.full(), reservations(member, now), first.weight(place));
        }
        place = now.others().indexOf(member);
        if (place >= 0) {
            return new Candidate(member, false,
                    "in zone " + member.spec().zone() + ": gets work when no member of this zone can take it",
                    now.others().weight(place));
        }
        return new Candidate(member, false, exclusion(member), 0);
    }

    private static String reservations(Member member, Eligible now) {
        if (member.full()) {
            return "full: " + member.inFlight() + " in flight of " + member.limit();
        }
        if (member.onTrial()) {
            return "on trial after an ejection";
        }
        return now.panic() && member.availability() != Availability.UP
                ? "in a panic, although it is " + member.availability()
                : "";
    }

    private static String exclusion(Member member) {
        Availability availability = member.availability();
        if (availability != Availability.UP) {
            Verdict<?> decisive = member.standing().decisive();
            return availability + " since " + decisive.since() + ": " + decisive.cause();
        }
        return member.weight() == 0
                ? "its weight is 0"
                : member.spec().backup() ? "a backup: others take the work" : "is about to get work";
    }
}
