package io.headgate.l7.route;

import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.springframework.web.util.pattern.PathPatternParser;

/** What a request pays to find its route, the last one of the table. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class LookUpBenchmark {

    @Param({"1", "100", "1000", "10000"})
    int routes;

    private RouteTable table = RouteTable.EMPTY;
    private HttpRequest request = get("/");

    @Setup
    public void table() {
        table = new RouteTable(IntStream.range(0, routes).mapToObj(LookUpBenchmark::route).toList());
        request = get("/service-" + (routes - 1) + "/orders/7?page=2");
    }

    private static HttpRequest get(String target) {
        HttpRequest request = new DefaultHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, target);
        request.headers().set(HttpHeaderNames.HOST, "shop.example.org");
        return request;
    }

    private static Compiled route(int i) {
        PathCondition path = new PathCondition(
                List.of(PathPatternParser.defaultInstance.parse("/service-" + i + "/**")));
        return new Compiled.Fast(
                new FastRoute("route-" + i, List.of(), List.of(), List.of(), new Target.Nobody(),
                        null, null),
                List.of(path));
    }

    @Benchmark
    public @Nullable Compiled find() {
        return table.find(new RequestView(request, null, bound -> 0));
    }
}
