package io.headgate.l7.route;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.springframework.web.util.pattern.PathPatternParser;

class RouteTableTest {

    @Test
    void theFirstMatchingRouteInOrderTakesTheRequest() {
        RouteTable table = new RouteTable(
                List.of(fast("specific", path("/a/b/**")), fast("general", path("/a/**")),
                        fast("later", path("/a/b/c"))));

        assertThat(found(table, "/a/b/c", "h")).isEqualTo("specific");
        assertThat(found(table, "/a/x", "h")).isEqualTo("general");
        assertThat(found(table, "/b", "h")).isNull();
    }

    @Test
    void aGeneralRouteThatStandsFirstWins() {
        RouteTable table = new RouteTable(
                List.of(fast("general", path("/**")), fast("specific", path("/a"))));

        assertThat(found(table, "/a", "h")).isEqualTo("general");
    }

    @Test
    void anOpaqueRouteIsABarrierForWhatStandsBehindIt() {
        RouteTable table = new RouteTable(List.of(fast("before", path("/a/**")), slow("opaque"),
                fast("behind", path("/b/**"))));

        assertThat(found(table, "/a/1", "h")).isEqualTo("before");
        assertThat(found(table, "/b/1", "h")).isEqualTo("opaque");
    }

    @Test
    void aSlowRouteTakesOnlyWhatItsKnownConditionsAllow() {
        RouteTable table = new RouteTable(List.of(slow("slow", path("/s/**")), fast("fast", path("/**"))));

        assertThat(found(table, "/s/1", "h")).isEqualTo("slow");
        assertThat(found(table, "/f", "h")).isEqualTo("fast");
    }

    @Test
    void hostsAreExactOrBelowAName() {
        RouteTable table = new RouteTable(List.of(fast("one", host("a.example.org")),
                fast("below", host("**.example.org")), fast("label", host("*.example.net")),
                fast("end", host("shop.*"))));

        assertThat(found(table, "/", "a.example.org")).isEqualTo("one");
        assertThat(found(table, "/", "b.example.org")).isEqualTo("below");
        assertThat(found(table, "/", "x.b.example.org")).isEqualTo("below");
        assertThat(found(table, "/", "example.org")).isEqualTo("below");
        assertThat(found(table, "/", "a.example.org:8080")).isNull();
        assertThat(found(table, "/", "a.example.net")).isEqualTo("label");
        assertThat(found(table, "/", "a.b.example.net")).isNull();
        assertThat(found(table, "/", "shop.test")).isEqualTo("end");
        assertThat(found(table, "/", null)).isNull();
    }

    @Test
    void encodedPathsAreMatchedDecoded() {
        RouteTable table = new RouteTable(List.of(fast("a", path("/a/{x}"))));

        assertThat(found(table, "/%61/1", "h")).isEqualTo("a");
        assertThat(found(table, "/a;v=1/x%2Fy", "h")).isEqualTo("a");
        assertThat(found(table, "/a%2F1", "h")).isNull();
    }

    @Test
    void aLookUpFindsWhatAScanFinds() {
        String[] paths = {"/a/**", "/a/b/**", "/{x}/b", "/a/*", "/**", "/a/b/c", "/", "/b/**", "/x*/c",
                "/a//b"};
        String[] hosts = {"h.org", "**.h.org", "*.h.org", "a.h.org", "{s}.net", "*.*"};
        String[] targets = {"/", "/a", "/a/b", "/a/b/c", "/b/c", "/xy/c", "/%61/b", "/a;p=1/b", "//a",
                "/a//b", "/q"};
        String[] names = {"h.org", "a.h.org", "b.a.h.org", "x.net", "other"};
        for (long seed = 0; seed < 3_000; seed++) {
            Random random = new Random(seed);
            List<Compiled> routes = new ArrayList<>();
            int count = 1 + random.nextInt(12);
            for (int i = 0; i < count; i++) {
                routes.add(anyRoute(i, random, paths, hosts));
            }
            RouteTable table = new RouteTable(routes);
            for (int i = 0; i < 20; i++) {
                String target = targets[random.nextInt(targets.length)];
                String name = names[random.nextInt(names.length)];
                RequestView view = view(target, name, random.nextBoolean() ? "yes" : null);
                assertThat(table.find(view)).as("seed %d: %s %s in %s", seed, name, target, routes)
                        .isSameAs(scan(routes, view));
            }
        }
    }

    private static Compiled anyRoute(int number, Random random, String[] paths, String[] hosts) {
        List<Condition> conditions = new ArrayList<>();
        if (random.nextInt(4) > 0) {
            conditions.add(path(pick(paths, random), pick(paths, random)));
        }
        if (random.nextInt(3) == 0) {
            conditions.add(host(pick(hosts, random), pick(hosts, random)));
        }
        if (random.nextInt(3) == 0) {
            conditions.add(new HeaderCondition(AsciiString.of("X-Flag"), Pattern.compile("yes")));
        }
        Condition[] all = conditions.toArray(Condition[]::new);
        return random.nextInt(4) == 0 ? slow("s" + number, all) : fast("f" + number, all);
    }

    private static String pick(String[] from, Random random) {
        return from[random.nextInt(from.length)];
    }

    private static @Nullable Compiled scan(List<Compiled> routes, RequestView view) {
        return routes.stream().filter(r -> r.conditions().stream().allMatch(c -> c.matches(view))).findFirst()
                .orElse(null);
    }

    private static @Nullable String found(RouteTable table, String target, @Nullable String host) {
        Compiled route = table.find(view(target, host, null));
        return route == null ? null : route.id();
    }

    private static RequestView view(String target, @Nullable String host, @Nullable String flag) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
        if (host != null) {
            request.headers().set(HttpHeaderNames.HOST, host);
        }
        if (flag != null) {
            request.headers().set("x-flag", flag);
        }
        return new RequestView(request, null, bound -> 0);
    }

    private static Compiled fast(String id, Condition... conditions) {
        FastRoute route = new FastRoute(id, List.of(), List.of(), List.of(), new Target.Nobody(), null, null);
        return new Compiled.Fast(route, List.of(conditions));
    }

    private static Compiled slow(String id, Condition... conditions) {
        return new Compiled.Slow(id, List.of(conditions), "test", "nothing");
    }

    private static Condition path(String... patterns) {
        return new PathCondition(
                Arrays.stream(patterns).map(PathPatternParser.defaultInstance::parse).toList());
    }

    private static Condition host(String... patterns) {
        return new HostCondition(List.of(patterns));
    }
}
