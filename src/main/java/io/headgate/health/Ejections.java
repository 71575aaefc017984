package io.headgate.health;

import io.github.resilience4j.circuitbreaker.CircuitBreaker;
import io.github.resilience4j.circuitbreaker.CircuitBreakerRegistry;
import io.headgate.pool.Clock;
import io.headgate.pool.Member;
import io.headgate.pool.Outcome;
import io.headgate.pool.Pool;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Ejects the members of one pool whose breakers are open, as far as the limit allows, and takes them back. A
 * member that the limit protects is ejected as soon as there is room.
 *
 * <p>
 * This object's lock may be held while the pool's is taken, never the other way round: the methods that the
 * pool calls under its lock ({@link OutlierDetection#memberAdded} and its counterpart) do not come here.
 */
final class Ejections {

    private final Pool pool;
    private final CircuitBreakerRegistry registry;
    private final Clock clock;
    private final Map<Member, MemberBreaker> breakers = new ConcurrentHashMap<>();
    private volatile @Nullable OutlierSpec spec;

    Ejections(Pool pool, CircuitBreakerRegistry registry, Clock clock, @Nullable OutlierSpec spec) {
        this.pool = pool;
        this.registry = registry;
        this.clock = clock;
        this.spec = spec;
    }

    /** Switches to another configuration, null for none. If it has changed, breakers start anew. */
    void use(@Nullable OutlierSpec changed) {
        spec = changed;
        tick();
    }

    void failed(Member member, Outcome outcome) {
        MemberBreaker breaker = breaker(member, spec);
        if (breaker != null && breaker.failed(outcome)) {
            settle();
        }
    }

    /** A request or connection on a member on trial has ended without a failure. */
    void tried(Member member) {
        MemberBreaker breaker = breakers.get(member);
        if (breaker != null && breaker.tried()) {
            settle();
        }
    }

    void checked(Member member, Member.Check check) {
        MemberBreaker breaker = breakers.get(member);
        if (breaker != null && breaker.checked(check)) {
            settle();
        }
    }

    /** Whether there is anything left to watch. */
    boolean empty() {
        return pool.members().isEmpty() && breakers.isEmpty();
    }

    void tick() {
        List<Member> members = pool.members();
        breakers.keySet().stream().filter(member -> !members.contains(member)).forEach(this::forget);
        OutlierSpec current = spec;
        for (Member member : members) {
            MemberBreaker breaker = breaker(member, current);
            if (breaker != null) {
                breaker.tick();
            }
        }
        settle();
    }

    /** The member's breaker under this configuration. */
    private @Nullable MemberBreaker breaker(Member member, @Nullable OutlierSpec current) {
        MemberBreaker breaker = breakers.get(member);
        if (breaker != null && breaker.spec().equals(current)) {
            return breaker;
        }
        forget(member);
        return current == null ? null : breakers.computeIfAbsent(member, m -> open(m, current));
    }

    /** A new member may have the name of one that is still leaving. It gets a new breaker. */
    private MemberBreaker open(Member member, OutlierSpec current) {
        String name = pool.name() + "." + member.id();
        registry.remove(name);
        CircuitBreaker breaker = registry.circuitBreaker(name, current.breaker());
        return new MemberBreaker(member, current, breaker, clock);
    }

    private void forget(Member member) {
        MemberBreaker gone = breakers.remove(member);
        if (gone != null) {
            String name = gone.breaker().getName();
            registry.find(name).filter(gone.breaker()::equals).ifPresent(mine -> registry.remove(name));
        }
    }

    /** Makes the members' passive verdicts what their breakers and the limit say. */
    private synchronized void settle() {
        OutlierSpec current = spec;
        List<Member> members = pool.members().stream().filter(m -> !m.standing().leaving().value()).toList();
        int room = current == null ? 0 : current.most(members.size());
        for (Member member : members) {
            MemberBreaker breaker = breakers.get(member);
            int permitted = breaker != null && breaker.halfOpen() ? breaker.permitted() : 0;
            if (permitted == 0) {
                member.endTrial();
            }
            if (ejected(member) && !open(member)) {
                if (permitted > 0) {
                    member.beginTrial(permitted);
                }
                pool.ejected(member, false, current == null ? "no longer watched" : "on trial");
            } else if (ejected(member)) {
                room--;
            }
        }
        for (Member member : members) {
            MemberBreaker breaker = breakers.get(member);
            if (room > 0 && breaker != null && breaker.open() && !ejected(member)) {
                pool.ejected(member, true, breaker.cause());
                room--;
            }
        }
    }

    private boolean open(Member member) {
        MemberBreaker breaker = breakers.get(member);
        return breaker != null && breaker.open();
    }

    private static boolean ejected(Member member) {
        return member.standing().ejected().value();
    }
}
