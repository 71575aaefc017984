package io.headgate.config.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.fault.Fault;
import io.headgate.config.fault.Faults;
import io.headgate.config.properties.ListenerProperties;
import io.headgate.config.properties.PoolProperties;
import io.headgate.l4.Engine;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class EngineCompilerTest {

    private final Faults faults = new Faults(property -> null);

    /** A listener for the kernel and its pool, with what the test changes. */
    private Engine compile(String engine, String... changes) {
        Map<String, String> all = new HashMap<>(
                Map.of("listener.bind", "0.0.0.0:5432", "listener.pool", "pool",
                        "listener.engine", engine, "pool.members[0].address", "10.0.0.1:5432",
                        "pool.members[1].address", "[2001:db8::1]:5432"));
        Arrays.stream(changes).map(change -> change.split("=", 2))
                .forEach(change -> all.put(change[0].strip(), change[1].strip()));
        Binder binder = new Binder(new MapConfigurationPropertySource(all));
        return EngineCompiler.compile("db", binder.bindOrCreate("listener", ListenerProperties.class),
                binder.bindOrCreate("pool", PoolProperties.class), faults);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            listener.sni[0].pool=pool                    | headgate.listeners.db.sni
            listener.tls.certificates[0].bundle=web      | headgate.listeners.db.tls
            listener.starttls=postgres                   | headgate.listeners.db.starttls
            listener.proxy-protocol.accept[0]=10.0.0.0/8 | headgate.listeners.db.proxy-protocol.accept
            listener.proxy-protocol.send=v2              | headgate.listeners.db.proxy-protocol.send
            listener.max-connections=10                  | headgate.listeners.db.max-connections
            listener.max-connections-per-client=1        | headgate.listeners.db.max-connections-per-client
            listener.rate-per-client=1                   | headgate.listeners.db.rate-per-client
            listener.protocol=http                       | headgate.listeners.db.protocol
            listener.responses=1                         | headgate.listeners.db.responses
            listener.timeouts.connect=1s                 | headgate.listeners.db.timeouts.connect
            listener.timeouts.send=1s                    | headgate.listeners.db.timeouts.send
            listener.bind=127.0.0.1:5432                 | headgate.listeners.db.bind
            listener.bind=[::1]:5432                     | headgate.listeners.db.bind
            pool.balance=least-connections               | headgate.pools.pool.balance
            pool.balance=peak-ewma                       | headgate.pools.pool.balance
            pool.hash-balance-factor=125                 | headgate.pools.pool.hash-balance-factor
            pool.max-connections=5                       | headgate.pools.pool.max-connections
            pool.queue.size=5                            | headgate.pools.pool.queue.size
            pool.tls.bundle=ca                           | headgate.pools.pool.tls
            pool.discovery.srv=_db._tcp.example.org      | headgate.pools.pool.discovery.srv
            pool.members[0].address=db.example.org:5432  | headgate.pools.pool.members[0].address
            pool.members[0].address=127.0.0.2:5432       | headgate.pools.pool.members[0].address
            pool.members[0].address=[::1]:5432           | headgate.pools.pool.members[0].address
            pool.members[0].address=unix:/run/db.sock    | headgate.pools.pool.members[0].address
            pool.members[1].max-connections=7            | headgate.pools.pool.members[1].max-connections
            """)
    void whatTheKernelCannotDoIsAFaultOrTheReasonForTheRelay(String change, String property) {
        compile("kernel", change);
        assertThat(faults.found()).extracting(Fault::property).contains(property);
        assertThat(faults.found().getFirst().toString()).contains("because listener db is for the kernel");
        int before = faults.found().size();
        assertThat(compile("auto", change)).isInstanceOfSatisfying(Engine.Relay.class,
                relay -> assertThat(relay.obstacles().getFirst()).startsWith(property + ": "));
        assertThat(faults.found()).hasSize(before);
    }

    @ParameterizedTest
    @CsvSource({"listener.protocol=udp", "listener.allow[0]=10.0.0.0/8", "listener.bind=[::]:5000-5999",
            "listener.timeouts.idle=1h", "listener.member-port=same", "listener.max-connections=0",
            "pool.balance=random", "pool.balance=source-hash", "pool.balance=consistent-hash",
            "pool.discovery.dns=db.example.org:5432", "pool.slow-start=30s", "pool.on-down=close"})
    void theRestItCan(String change) {
        assertThat(compile("kernel", change)).isEqualTo(new Engine.Kernel(true, false, Duration.ZERO, false));
        assertThat(compile("auto", change)).isEqualTo(new Engine.Kernel(false, false, Duration.ZERO, false));
        assertThat(faults.found()).isEmpty();
    }

    @Test
    void aHashOfMoreThanTheAddressIsNotForTheKernel() {
        assertThat(compile("auto", "pool.balance=consistent-hash", "pool.hash-on=path"))
                .isInstanceOf(Engine.Relay.class);
    }

    @Test
    void membersMaySeeTheClient() {
        assertThat(compile("kernel", "listener.source=client"))
                .isEqualTo(new Engine.Kernel(true, true, Duration.ZERO, false));
        assertThat(compile("auto", "listener.source=client")).as("not by another way on another machine")
                .isEqualTo(new Engine.Kernel(true, true, Duration.ZERO, false));
        assertThat(compile("auto", "listener.source=client", "pool.balance=least-connections"))
                .isInstanceOfSatisfying(Engine.Relay.class,
                        relay -> assertThat(relay.keepsSource()).isTrue());
        assertThat(compile("relay", "listener.source=client")).isEqualTo(new Engine.Relay(List.of(), true));
        assertThat(compile("relay", "listener.source=client", "listener.protocol=http"))
                .isEqualTo(new Engine.Relay(List.of(), true));
        assertThat(faults.found()).isEmpty();
        compile("kernel", "listener.source=clients");
        compile("kernels");
        assertThat(faults.found()).extracting(Fault::property)
                .isEqualTo(List.of("headgate.listeners.db.source", "headgate.listeners.db.engine"));
    }

    @ParameterizedTest
    @CsvSource({"pool.members[0].address=unix:/run/db.sock, pools.pool.members[0].address",
            "pool.members[0].address=127.0.0.1:5432, pools.pool.members[0].address"})
    void whatCannotHaveTheClientsAddressIsAFault(String change, String property) {
        compile("relay", "listener.source=client", change);
        assertThat(faults.found()).extracting(Fault::property).contains("headgate." + property);
        assertThat(faults.found().getFirst().toString()).contains("source");
    }

    @Test
    void onlyTheKernelRemembersClients() {
        String change = "listener.persistence-timeout=10m";
        Engine persistent = new Engine.Kernel(true, false, Duration.ofMinutes(10), false);
        assertThat(compile("kernel", change)).isEqualTo(persistent);
        assertThat(compile("auto", change)).isEqualTo(persistent);
        assertThat(faults.found()).isEmpty();
        compile("relay", change);
        compile("auto", change, "pool.balance=peak-ewma");
        assertThat(faults.found()).extracting(Fault::property)
                .containsOnly("headgate.listeners.db.persistence-timeout").hasSize(2);
    }

    @Test
    void outliersAreTakenOutByWhatTheKernelSees() {
        assertThat(compile("kernel", "pool.outlier=standard"))
                .isEqualTo(new Engine.Kernel(true, false, Duration.ZERO, true));
    }

    @Test
    void theRelayIsTheDefaultAndAsksForNothing() {
        assertThat(compile("relay", "pool.balance=least-connections")).isEqualTo(Engine.RELAY);
    }
}
