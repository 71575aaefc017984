import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Every scenario there is. */
final class Catalogue {

    private static final Setup L7 = Setup.l7("l7");
    private static final Setup CACHE = Setup.l7("l7-cache");
    private static final Setup L4 = Setup.l4("l4");
    private static final String SMALL = "/small";
    /** Some 70 % of what a cheap proxy does on one CPU of the machines this was made on. */
    private static final int PACE = 40_000;
    /** Signed by HS256 with the key of stock-scg's Guard; it does not expire. */
    private static final String TOKEN = "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJodHRwczovL2xvZ2luLmV4YW1wbG"
            + "Uub3JnIiwic3ViIjoiYW5uIiwiYXVkIjoic2hvcCIsInNjb3BlIjoib3JkZXJzOnJlYWQgb3JkZ"
            + "XJzOndyaXRlIn0.Te9wHZNHlDc1shqYeASrMxunqp4Vkn8NUUBEgInos3k";

    private Catalogue() {
    }

    static List<Scenario> all(boolean quick) {
        List<Scenario> all = new ArrayList<>(List.of(
                new Scenario("l7-small", "64 kept connections, 60-byte bodies", L7, WrkLoad.get(SMALL)),
                new Scenario("l7-10k", "64 kept connections, 10 KB bodies", L7, WrkLoad.get("/body/10k")),
                new Scenario("l7-1m", "16 kept connections, 1 MB bodies", L7,
                        WrkLoad.bulk("/body/1m", 1 << 20, 16)),
                new Scenario("l7-post-10k", "64 kept connections, POST of 10 KB", L7,
                        WrkLoad.get(SMALL).post(10_240)),
                new Scenario("l7-connect", "64 clients, a new connection for every request", L7,
                        WrkLoad.get(SMALL).header("Connection: close")),
                new Scenario("l7-log", "l7-small with a line in an access log for each request, to a file",
                        Setup.l7("l7-log"), WrkLoad.get(SMALL)),
                new Scenario("l7-resilience",
                        "l7-small with retries, a circuit breaker, a rate limit and a limit on connections",
                        Setup.l7("l7-resilience"), WrkLoad.get(SMALL)),
                new Scenario("l7-spring",
                        "l7-small with a JWT checked by Spring Security, a filter of one's own, CORS, timeouts",
                        Setup.l7("l7-spring"),
                        WrkLoad.get(SMALL).header("Authorization: Bearer " + TOKEN)),
                new Scenario("l7-paced", PACE + " requests/s over 64 kept connections, 60-byte bodies", L7,
                        H2Load.paced(SMALL, 64, PACE))));
        for (int routes : quick ? new int[]{1000} : new int[]{1, 100, 1000, 10_000}) {
            all.add(new Scenario("l7-routes-" + routes,
                    "l7-small with " + routes + " routes, the last one matches",
                    Setup.routes(routes), WrkLoad.get("/r" + (routes - 1) + SMALL)));
        }
        all.addAll(List.of(
                new Scenario("l7-rules",
                        "two routes for one path told apart by a header and a cookie, the second matches",
                        Setup.l7("l7-rules"),
                        WrkLoad.get("/orders" + SMALL).header("X-Tier: gold")
                                .header("Cookie: a=1; beta=yes")),
                new Scenario("l7-tls", "l7-small over TLS 1.3, kept connections", Setup.l7("l7-tls"),
                        WrkLoad.get(SMALL).tls()),
                new Scenario("l7-h2",
                        "HTTP/2 without TLS to the proxy, 8 connections of 8 streams; HTTP/1.1 behind it",
                        Setup.l7("l7-h2"), H2Load.http2(SMALL, 8, 8)),
                new Scenario("l7-cache-hit", "l7-10k, answered from the cache", CACHE,
                        WrkLoad.get("/body/10k")),
                new Scenario("l7-cache-miss", "l7-10k with another URL each time, stored in the cache", CACHE,
                        WrkLoad.get("/body/10k").urls("new")),
                new Scenario("l7-cache-mixed",
                        "l7-10k with 100,000 URLs by Zipf's law, of which a quarter fits into the cache",
                        CACHE,
                        WrkLoad.get("/body/10k").urls("100000")),
                new Scenario("l7-gzip", "l7-10k with text, compressed by gzip at level 6",
                        Setup.l7("l7-gzip"),
                        WrkLoad.get("/body/text").header("Accept-Encoding: gzip")),
                new Scenario("l4-small", "64 kept connections, 60-byte bodies", L4, WrkLoad.get(SMALL)),
                new Scenario("l4-bulk", "4 kept connections, 100 MB bodies", L4,
                        WrkLoad.bulk("/body/100m", 100 << 20, 4)),
                new Scenario("l4-connect", "64 clients, a new connection for every request", L4,
                        WrkLoad.get(SMALL).header("Connection: close")),
                new Scenario("l4-log",
                        "l4-connect with a line in an access log for each connection, to a file",
                        Setup.l4("l4-log"), WrkLoad.get(SMALL).header("Connection: close")),
                new Scenario("udp", "64 clients with one 64-byte datagram in flight each, echoed",
                        new Setup("udp", Setup.Entry.UDP, 1), new UdpLoad(64))));
        for (int connections : quick ? new int[]{5000} : new int[]{5000, 9000}) {
            all.add(new Scenario("l4-idle-" + connections,
                    connections + " idle connections in a fresh process", L4,
                    new IdleHold(connections)));
        }
        all.addAll(List.of(
                new Scenario("l4-kernel-small", "l4-small between machines, in network name spaces", L4,
                        new Routed(WrkLoad.get(SMALL))),
                new Scenario("l4-kernel-connect", "l4-connect between machines", L4,
                        new Routed(WrkLoad.get(SMALL).header("Connection: close"))),
                new Scenario("l4-kernel-bulk", "l4-bulk between machines", L4,
                        new Routed(WrkLoad.bulk("/body/100m", 100 << 20, 4))),
                new Scenario("l4-kernel-udp", "udp between machines", L4, new Routed(null))));
        all.add(new Scenario("start", "from exec to the first proxied answer", L7, new StartUp()));
        return all;
    }

    /** Keeps the order; scenarios that are driven at the same running proxies come together. */
    static List<List<Scenario>> bySetup(List<Scenario> scenarios) {
        Map<Object, List<Scenario>> groups = new LinkedHashMap<>();
        for (Scenario scenario : scenarios) {
            Object key = scenario.work() instanceof Load ? scenario.setup() : scenario;
            groups.computeIfAbsent(key, _ -> new ArrayList<>()).add(scenario);
        }
        return List.copyOf(groups.values());
    }
}
