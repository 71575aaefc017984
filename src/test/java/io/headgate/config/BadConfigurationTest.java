package io.headgate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.headgate.config.fault.Fault;
import io.headgate.config.fault.InvalidConfigurationException;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.util.List;
import org.junit.jupiter.api.Test;

class BadConfigurationTest {

    @Test
    void everyFaultIsToldAtOnceWithItsPlaceAndWhatToDo() {
        List<Fault> faults = faultsOf("""
                headgate:
                  pools:
                    orders:
                      members:
                        - { id: a, address: "127.0.0.1:8001" }
                        - { id: a, address: "127.0.0.1:8002" }
                        - 127.0.0.1:70000
                        - { id: b, address: "127.0.0.1:8003", weight: 257 }
                      balance: fastest
                      health: { check: htttp, interval: -3s, expect-status: [ "99" ] }
                      timeouts: { response: soon }
                      balence: round-robin
                      tls: { bundle: nowhere, server-name: "no name" }
                    Bad_Name: { members: [] }
                  listeners:
                    db: { bind: "127.0.0.1:9099", pool: nowhere, allow: [ "10.0.0.1/8", "here" ] }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: one, uri: "lb://ordres", predicates: [ "Path=/**" ] }
                  - { id: two, uri: "localhost:80", predicates: [ "Pth=/x" ] }
                  - { id: three, predicates: [ "Path=/{" ], filters: [ "StripPrefix=x" ] }
                """);
        String routes = "spring.cloud.gateway.server.webflux.routes";
        assertThat(faults).extracting(Fault::property).containsExactlyInAnyOrder(
                "headgate.pools.orders.members[1].id", "headgate.pools.orders.members[2].address",
                "headgate.pools.orders.members[3].weight", "headgate.pools.orders.balance",
                "headgate.pools.orders.health.check", "headgate.pools.orders.health.interval",
                "headgate.pools.orders.timeouts.response", "headgate.pools.orders.balence",
                "headgate.pools.orders.tls.bundle", "headgate.pools.orders.tls.server-name",
                "headgate.pools.Bad_Name", "headgate.listeners.db.pool", "headgate.listeners.db.allow[0]",
                "headgate.listeners.db.allow[1]", "headgate.listeners.db.bind", routes + "[0].uri",
                routes + "[1].uri",
                routes + "[2].uri", routes + "[1].predicates[0]", routes + "[2].predicates[0]",
                routes + "[2].filters[0]");
        assertThat(fault(faults, "headgate.pools.orders.balance").toString()).startsWith(
                "headgate.pools.orders.balance: fastest (expected: one of round-robin, least-connections");
        assertThat(fault(faults, "headgate.pools.orders.balance").where()).matches("headgate.*\\.yml:12:16");
        assertThat(fault(faults, "headgate.pools.orders.balence").action()).contains("Did you mean balance?");
        assertThat(fault(faults, "headgate.pools.orders.health.check").action())
                .contains("Did you mean http?");
        assertThat(fault(faults, routes + "[1].predicates[0]").action()).contains("Did you mean Path?");
        assertThat(fault(faults, routes + "[0].uri").expected()).contains("one of orders");
    }

    @Test
    void numbersThatYamlReadsAsOthersAreTold() {
        List<Fault> faults = faultsOf("""
                headgate:
                  pools:
                    orders:
                      members:
                        - { id: a, address: "127.0.0.1:8001", weight: 010 }
                        - 10:30
                      timeouts: { idle: 1:30 }
                      sticky: { cookie: on }
                """);
        String pool = "headgate.pools.orders";
        assertThat(faults).extracting(Fault::property).containsExactlyInAnyOrder(pool + ".members[0].weight",
                pool + ".members[1]", pool + ".timeouts.idle", pool + ".sticky.cookie");
        assertThat(fault(faults, pool + ".members[0].weight").toString()).startsWith(
                pool + ".members[0].weight: 010 (expected: the value as text: YAML reads 010 as 8)");
        assertThat(fault(faults, pool + ".timeouts.idle").action()).startsWith("Put it in quotes: \"1:30\"");
    }

    @Test
    void aProtocolThatTheMembersCannotSpeakIsTold() {
        List<Fault> faults = faultsOf("""
                headgate.pools:
                  unknown: { members: [ "127.0.0.1:8001" ], protocol: http2 }
                  clear: { members: [ "127.0.0.1:8001" ], protocol: h2 }
                  secured: { members: [ "127.0.0.1:8001" ], protocol: h2c, tls: { verify: false } }
                  grpc: { members: [ "127.0.0.1:8001" ], health: { check: grpc } }
                  layer-4: { members: [ "127.0.0.1:8001" ], health: { check: grpc } }
                  right: { members: [ "127.0.0.1:8001" ], health: { check: grpc }, protocol: h2c }
                  beside: { members: [ "127.0.0.1:8001" ], health: { check: grpc, port: 9090 } }
                headgate.listeners.raw: { bind: "127.0.0.1:0", pool: layer-4 }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: a, uri: "lb://grpc", predicates: [ "Path=/a" ] }
                  - { id: b, uri: "lb://right/layer-4", predicates: [ "Path=/b" ] }
                  - { id: c, uri: "lb://beside", predicates: [ "Path=/c" ] }
                """);
        assertThat(faults).extracting(Fault::property).containsExactlyInAnyOrder(
                "headgate.pools.unknown.protocol", "headgate.pools.clear.protocol",
                "headgate.pools.secured.protocol", "headgate.pools.grpc.protocol");
        assertThat(fault(faults, "headgate.pools.grpc.protocol").action()).contains("protocol: h2c");
    }

    @Test
    void textIsTakenAsItIsWrittenWhateverYamlMakesOfIt() {
        try (TestGateway gateway = TestGateway.start("""
                headgate:
                  zone: NO
                  pools:
                    "on":
                      members:
                        - { id: 007, address: "127.0.0.1:8001", zone: NO, weight: 10 }
                        - { id: 12:30, address: "127.0.0.1:8002", backup: yes }
                        - { id: 1_000, address: "127.0.0.1:8003" }
                        - { id: 1.50, address: "127.0.0.1:8004" }
                      health: { check: none }
                      max-connections: 10_000
                      timeouts: { idle: 500ms }
                spring.cloud.gateway.server.webflux.routes:
                  - id: 0123
                    uri: lb://on
                    predicates: [ "Path=/**" ]
                    filters:
                      - { name: AddRequestHeader, args: { name: X-Version, value: 1.10 } }
                      - { name: RequestHeaderToRequestUri, args: { name: NO } }
                """)) {
            assertThat(gateway.manage("/actuator/pools/on").body()).contains("\"007\"", "\"12:30\"",
                    "\"1_000\"", "\"1.50\"", "\"NO\"");
            assertThat(gateway.manage("/actuator/gateway/routes").body()).contains("\"0123\"", "1.10", "NO");
        }
    }

    @Test
    void aMemberWithoutANameIsTold() {
        List<Fault> faults = faultsOf("""
                headgate.pools.orders.members:
                  - { id: "", address: "127.0.0.1:8001" }
                  - { id: ~, address: "127.0.0.1:8002" }
                """);
        assertThat(faults).extracting(Fault::property).containsExactly("headgate.pools.orders.members[0].id",
                "headgate.pools.orders.members[1].id");
    }

    @Test
    void namesThatYamlReadsAsSomethingElseAreTold() {
        List<Fault> faults = faultsOf("""
                headgate:
                  pools:
                    no: { members: [ "127.0.0.1:1" ] }
                    0123: { members: [ "127.0.0.1:1" ] }
                    "off": { members: [ "127.0.0.1:1" ] }
                  listeners.on: { bind: "127.0.0.1:0", pool: "off" }
                """);
        assertThat(faults).extracting(Fault::property).containsExactly("headgate.pools.no",
                "headgate.pools.0123");
        assertThat(faults.getFirst().action()).isEqualTo("Put it in quotes: \"no\".");
    }

    @Test
    void whatAStickyCookieCannotBeIsTold() {
        List<Fault> faults = faultsOf(
                """
                        headgate:
                          sticky: { key: "c2hvcnQ=", old-keys: [ "no base64!", "file:/nowhere/key" ] }
                          pools:
                            one:
                              sticky: { cookie: { name: "a;b", path: shop, domain: "a b", same-site: nona, max-age: 0s } }
                            two: { sticky: { cookie: { name: __Host-S, same-site: none } }, balance: source-hash }
                        """);
        String one = "headgate.pools.one.sticky.cookie";
        String two = "headgate.pools.two.sticky.cookie";
        assertThat(faults).extracting(Fault::property).containsExactlyInAnyOrder("headgate.sticky.key",
                "headgate.sticky.old-keys[0]", "headgate.sticky.old-keys[1]", one + ".name", one + ".path",
                one + ".domain", one + ".same-site", one + ".max-age", two, two + ".name",
                two + ".same-site");
        assertThat(faults).noneMatch(fault -> fault.toString().contains("c2hvcnQ="));
    }

    @Test
    void whatZonesAndPanicCannotBeIsTold() {
        List<Fault> faults = faultsOf("""
                headgate:
                  pools:
                    one: { zones: { prefer: true, threshold: 0 }, panic-threshold: 101 }
                """);
        assertThat(faults).extracting(Fault::property).containsExactlyInAnyOrder("headgate.zone",
                "headgate.pools.one.zones.threshold", "headgate.pools.one.panic-threshold");
    }

    @Test
    void aPortThatIsTakenIsAFaultOfItsListener() throws Exception {
        try (RawServer taken = new RawServer(socket -> {
        })) {
            List<Fault> faults = faultsOf("""
                    headgate:
                      pools: { db: { members: ["127.0.0.1:1"] } }
                      listeners:
                        one: { bind: "127.0.0.1:%1$d", pool: db }
                        two: { bind: "127.0.0.2:%1$d", pool: db }
                    """.formatted(taken.port()));
            assertThat(faults).extracting(Fault::property).containsExactly("headgate.listeners.one.bind");
            assertThat(faults.getFirst().expected()).containsIgnoringCase("in use");
        }
    }

    @Test
    void whatAListenerCannotBeIsTold() {
        List<Fault> faults = faultsOf(
                """
                        headgate:
                          pools: { db: { members: ["127.0.0.1:1"] } }
                          listeners:
                            many: { bind: "127.0.0.1:7000-8000", pool: db }
                            back: { bind: "127.0.0.1:7010-7009", pool: db }
                            row: { bind: "127.0.0.3:9100-9110", pool: db, member-port: their }
                            in-row: { bind: "0.0.0.0:9110-9120", pool: db, starttls: mysql }
                            bare: { bind: "127.0.0.4:9100", pool: db, starttls: postgres }
                            udp: { bind: "127.0.0.5:9100", pool: db, protocol: udp, starttls: postgres }
                            known: { bind: "127.0.0.6:9100", pool: db, protocol: udp, proxy-protocol: { accept: [ "10.0.0.0/8" ] } }
                            told: { bind: "127.0.0.7:9100", pool: db, protocol: udp, proxy-protocol: { send: v2 } }
                        """);
        assertThat(faults).extracting(Fault::toString).satisfiesExactlyInAnyOrder(
                fault -> assertThat(fault).startsWith("headgate.listeners.many.bind: 127.0.0.1:7000-8000"
                        + " (expected: at most 1000 ports)"),
                fault -> assertThat(fault).startsWith("headgate.listeners.back.bind: 127.0.0.1:7010-7009"
                        + " (expected: ports from 1 to 65535, the lower one first)"),
                fault -> assertThat(fault)
                        .startsWith("headgate.listeners.row.member-port: their (expected: own or same)"),
                fault -> assertThat(fault).startsWith("headgate.listeners.in-row.bind: 0.0.0.0:9110-9120"
                        + " (expected: an address of its own; headgate.listeners.row.bind has this one)"),
                fault -> assertThat(fault)
                        .startsWith("headgate.listeners.in-row.starttls: mysql (expected: postgres)"),
                fault -> assertThat(fault).startsWith(
                        "headgate.listeners.bare.starttls: postgres (expected: sni or tls together with it)"),
                fault -> assertThat(fault).startsWith(
                        "headgate.listeners.udp.starttls: udp (expected: no TLS on a UDP listener)"),
                fault -> assertThat(fault).startsWith("headgate.listeners.known.proxy-protocol: udp"
                        + " (expected: no PROXY headers on a UDP listener)"),
                fault -> assertThat(fault).startsWith("headgate.listeners.told.proxy-protocol: udp"
                        + " (expected: no PROXY headers on a UDP listener)"));
    }

    @Test
    void checksThatCannotOpenTheirConnectionsAsAllListenersDoAreTold() {
        List<Fault> faults = faultsOf(
                """
                        headgate:
                          pools:
                            agree: { members: ["127.0.0.1:1"], health: { check: http } }
                            differ: { members: ["127.0.0.1:1"], health: { check: http } }
                            told: { members: ["127.0.0.1:1"], health: { check: http, proxy-protocol: v2 } }
                            silent: { members: ["127.0.0.1:1"] }
                            odd: { members: ["127.0.0.1:1"], health: { proxy-protocol: v3 } }
                          listeners:
                            a1: { bind: "127.0.0.1:9001", pool: agree, proxy-protocol: { send: v2 } }
                            a2: { bind: "127.0.0.1:9002", sni: [ { names: ["*"], pool: agree } ], proxy-protocol: { send: v2 } }
                            d1: { bind: "127.0.0.1:9003", pool: differ, proxy-protocol: { send: v2 } }
                            d2: { bind: "127.0.0.1:9004", pool: differ }
                            t1: { bind: "127.0.0.1:9005", pool: told, proxy-protocol: { send: v1 } }
                            t2: { bind: "127.0.0.1:9006", pool: told }
                            s1: { bind: "127.0.0.1:9007", pool: silent, proxy-protocol: { send: v1 } }
                            s2: { bind: "127.0.0.1:9008", pool: silent }
                        """);
        assertThat(faults).extracting(Fault::toString).satisfiesExactlyInAnyOrder(
                fault -> assertThat(fault)
                        .startsWith("headgate.pools.differ.health.proxy-protocol:  (expected:"
                                + " v1, v2 or none, because the listeners of the pool differ: d1 sends v2, d2 sends none)"),
                fault -> assertThat(fault)
                        .startsWith(
                                "headgate.pools.odd.health.proxy-protocol: v3 (expected: v1, v2 or none)"));
    }

    @Test
    void whatUnixDomainSocketsCannotBeIsTold() {
        List<Fault> faults = faultsOf("""
                headgate:
                  pools:
                    app:
                      members: [ "unix:/run/app.sock", "unix:/run/%s", "unix:app.sock" ]
                      health: { check: udp, send: x, port: 80 }
                      tls: { verify: false }
                  listeners:
                    udp: { bind: "127.0.0.1:9101", pool: app, protocol: udp }
                    same: { bind: "127.0.0.1:9102", pool: app, member-port: same }
                    here: { bind: "unix:/run/headgate.sock", pool: app }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: app, uri: "lb://app", predicates: [ "Path=/**" ] }
                """.formatted("x".repeat(110)));
        String app = "headgate.pools.app.";
        assertThat(faults).extracting(Fault::property).containsExactlyInAnyOrder(app + "members[1].address",
                app + "members[2].address", app + "health.port", app + "health.check",
                app + "tls.server-name", "headgate.listeners.udp.pool",
                "headgate.listeners.same.member-port", "headgate.listeners.here.bind",
                "spring.cloud.gateway.server.webflux.routes[0].uri");
        assertThat(fault(faults, app + "members[1].address").expected())
                .isEqualTo("unix: and a path of at most 107 bytes");
        assertThat(fault(faults, "spring.cloud.gateway.server.webflux.routes[0].uri").expected())
                .startsWith("a pool without Unix domain sockets");
    }

    @Test
    void managementBeyondLoopbackNeedsCredentials() {
        String open = "management.server.address: 0.0.0.0\n";
        List<Fault> faults = faultsOf(open + "headgate.management.password: ''");
        assertThat(faults).extracting(Fault::property).contains("headgate.management.password");
    }

    @Test
    void thePasswordItselfIsNeitherTakenNorShown() {
        List<Fault> faults = faultsOf("headgate.management: { user: 'a:b', password: hunter2 }");
        assertThat(faults).extracting(Fault::property).containsExactlyInAnyOrder("headgate.management.user",
                "headgate.management.password");
        assertThat(faults.toString()).doesNotContain("hunter2");
    }

    private static Fault fault(List<Fault> faults, String property) {
        return faults.stream().filter(fault -> fault.property().equals(property)).findFirst().orElseThrow();
    }

    private static List<Fault> faultsOf(String yaml) {
        Throwable failure = catchThrowable(
                () -> TestGateway.start(yaml, "--management.server.port=9099").close());
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof InvalidConfigurationException invalid) {
                return invalid.faults();
            }
        }
        throw new AssertionError("the gateway started, or failed otherwise", failure);
    }
}
