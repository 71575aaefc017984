package io.headgate.l4.kernel;

import static org.awaitility.Awaitility.await;

import io.headgate.l4.BindFailedException;
import io.headgate.l4.ConnectionListener;
import io.headgate.l4.ConnectionTable;
import io.headgate.l4.HttpLayer;
import io.headgate.l4.Listener;
import io.headgate.l4.ListenerSpec;
import io.headgate.l4.Listeners;
import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.net.Transport;
import io.headgate.pool.Clock;
import io.headgate.pool.Intent;
import io.headgate.pool.Member;
import io.headgate.pool.Operator;
import io.headgate.pool.Pool;
import io.headgate.pool.PoolSpec;
import io.headgate.pool.Pools;
import io.headgate.pool.Probe;
import io.headgate.testing.NetworkLab;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Layer 4 in the lab's gateway: one pool, any listeners. */
final class Gateway implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final NetworkLab lab;
    private final EventLoops loops = new EventLoops(Transport.best(), 1);
    private final Names names = new Names(loops.transport());
    /** What the next outcome's listener throws. */
    final AtomicReference<@Nullable RuntimeException> fault = new AtomicReference<>();
    final Pools pools = new Pools(Clock.SYSTEM, bound -> 0, (member, outcome) -> {
        RuntimeException thrown = fault.getAndSet(null);
        if (thrown != null) {
            throw thrown;
        }
    }, task -> Thread.ofPlatform().daemon().start(task));
    final KernelEngine engine;
    final Listeners listeners;

    private Gateway(NetworkLab lab, boolean keepsRules) {
        this.lab = lab;
        engine = new KernelEngine(new KernelSettings("test", keepsRules), pools, loops, Clock.SYSTEM);
        ConnectionTable table = new ConnectionTable();
        pools.listen(engine);
        pools.listen(table);
        listeners = new Listeners(loops, names, pools, Clock.SYSTEM, table, ConnectionListener.NONE,
                HttpLayer.NONE, engine);
    }

    static Gateway over(NetworkLab lab, PoolSpec pool, ListenerSpec... specs) {
        return over(lab, false, pool, specs);
    }

    /** All of it runs in the name space, because its threads are started there. */
    static Gateway over(NetworkLab lab, boolean keepsRules, PoolSpec pool, ListenerSpec... specs) {
        return lab.inGateway(() -> {
            Gateway gateway = new Gateway(lab, keepsRules);
            Lack lack = gateway.engine.prepare(List.of(specs));
            if (lack != null) {
                gateway.close();
                throw new IllegalStateException(lack.toString());
            }
            Listeners.Change change = gateway.listeners.prepare(List.of(specs));
            gateway.pools.apply(List.of(pool));
            change.commit();
            return gateway;
        });
    }

    void listen(ListenerSpec... specs) {
        lab.inGateway(() -> {
            try {
                listeners.apply(List.of(specs));
                return true;
            } catch (BindFailedException e) {
                throw new AssertionError(e);
            }
        });
    }

    Pool pool() {
        return pools.all().iterator().next();
    }

    Member member(int index) {
        return pool().members().get(index);
    }

    Listener listener() {
        return listeners.all().iterator().next();
    }

    void up(int index, boolean up) {
        pool().probed(member(index), up ? Probe.UP : Probe.DOWN, "test");
    }

    void operate(int index, Intent intent) {
        pool().operate(member(index), new Operator(intent, null, null, null));
    }

    /** The chain that decides, as the kernel has it. */
    String pick(String listener) {
        return lab.gateway("nft", "list", "chain", "inet", "headgate_test", "pick/" + listener + "/4");
    }

    void awaitLeads(String listener, Member member, boolean leads) {
        String word = "/" + member.address().host() + "/";
        await().atMost(PATIENCE).pollInterval(Duration.ofMillis(10))
                .until(() -> pick(listener).contains(word) == leads);
    }

    /** What the kernel has led, by member; read every few seconds. */
    Map<String, Long> taken() {
        return lab.inGateway(() -> engine.state(listener()).taken());
    }

    int open() {
        return lab.inGateway(() -> listener().connections().size());
    }

    /** Like the end of a process that was killed: sockets and threads are gone, the rules stay. */
    @Override
    public void close() {
        engine.close();
        listeners.stop(Duration.ZERO);
        names.close();
        loops.close();
    }
}
