package io.headgate.observe;

import io.headgate.pool.Availability;
import io.headgate.pool.Member;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolListener;
import io.headgate.pool.Reason;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import org.springframework.context.ApplicationEventPublisher;

/**
 * Logs each change of a member's availability once, and publishes it as {@link MemberChanged}, in order and
 * on a thread of its own: this is called under the pool's lock, and a listener may take its time.
 */
public final class TransitionLog implements PoolListener {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.pool");

    /** Events that are not published yet; more than these are not kept. */
    private static final int WAITING = 10_000;

    private final ApplicationEventPublisher events;
    private final ThreadPoolExecutor publishing;

    public TransitionLog(ApplicationEventPublisher events) {
        this.events = events;
        publishing = new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(WAITING),
                new DefaultThreadFactory("headgate-events", true), new ThreadPoolExecutor.DiscardPolicy());
        publishing.allowCoreThreadTimeOut(true);
    }

    @Override
    public void memberChanged(Pool pool, Member member, Availability from, Availability to, String cause) {
        boolean good = to == Availability.UP;
        LOG.atLevel(good ? Level.INFO : Level.WARN)
                .log("member {} at {}: {} -> {} ({})", member, member.address(), from, to, cause);
        if (!pool.available() && from == Availability.UP) {
            if (pool.spec().members().isEmpty()) {
                LOG.info("Pool {}: its last member leaves; no member is configured any more", pool);
            } else {
                LOG.error("Pool {} has no member left that can take work", pool);
            }
        }
        MemberChanged event = new MemberChanged(pool.name(), member.id(), from, to, cause);
        publishing.execute(() -> publish(event));
    }

    private void publish(MemberChanged event) {
        try {
            events.publishEvent(event);
        } catch (RuntimeException e) { // a listener's failure must not affect the next event
            LOG.error("A listener failed on {}", event, e);
        }
    }

    @Override
    public void panicChanged(Pool pool, boolean panic) {
        if (panic) {
            LOG.error("Pool {}: fewer than {} % of its members can take work: panic, health is ignored",
                    pool,
                    pool.spec().balancing().panicThreshold());
        } else {
            LOG.info("Pool {}: the panic is over", pool);
        }
    }

    @Override
    public void memberAdded(Pool pool, Member member) {
        LOG.info("Member {} at {}: added, {}", member, member.address(), member.availability());
    }

    @Override
    public void memberRemoved(Pool pool, Member member) {
        LOG.info("Member {} at {}: removed", member, member.address());
    }

    @Override
    public void memberEvicted(Pool pool, Member member, Reason reason) {
        LOG.info("Member {} at {}: closing its connections and requests ({})", member, member.address(),
                reason.code());
    }
}
