package io.headgate.l7.gateway.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.headgate.filter.BodyTransform;
import io.headgate.filter.Decision;
import io.headgate.filter.Filter;
import io.headgate.filter.FilterFactory;
import io.headgate.filter.PredicateFactory;
import io.headgate.filter.Request;
import io.headgate.filter.RequestHead;
import io.headgate.filter.Response;
import io.headgate.l7.Lane;
import io.headgate.l7.gateway.compile.RouteRefresh;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import jakarta.validation.constraints.NotBlank;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** A filter of a user's own does the same on either lane, and its route is fast. */
@SuppressWarnings("NullAway.Init") // set before each class invocation
@ParameterizedClass(name = "fast path: {0}")
@ValueSource(booleans = {true, false})
class OwnFilterTest {

    private static final Executor ELSEWHERE = task -> Thread.ofVirtual().start(task);

    @Parameter
    boolean fast;

    private static final AtomicInteger BEGUN = new AtomicInteger();
    private static final AtomicInteger CANCELLED = new AtomicInteger();

    private static RawServer member;
    private static final AtomicLong SENT = new AtomicLong();

    private static HttpServer bodies;
    private static RawServer endless;
    private static TestGateway gateway;

    /** Does what the request's header says. */
    record Arguments(@NotBlank String header, int status) {}

    static final class ObeyFilterFactory implements FilterFactory<Arguments> {

        @Override
        public Class<Arguments> arguments() {
            return Arguments.class;
        }

        @Override
        public Filter create(Arguments arguments) {
            return new Filter() {

                @Override
                public Decision request(Request request) {
                    String what = String.valueOf(request.headers().get(arguments.header()));
                    Decision answer = Decision.answer(arguments.status()).header("X-Why", what)
                            .body("text/plain", "no " + what);
                    return switch (what) {
                        case "answer" -> answer;
                        case "change" -> change(request);
                        case "throw" -> throw new IllegalStateException("asked to");
                        case "later" -> Decision.later(in(() -> change(request)), Duration.ofSeconds(20));
                        case "later-answer" -> Decision.later(in(() -> answer), Duration.ofSeconds(20));
                        case "at-once" -> Decision.later(CompletableFuture.completedFuture(change(request)),
                                Duration.ofSeconds(20));
                        case "later-fails" ->
                            Decision.later(CompletableFuture.failedFuture(new IOException("asked to")),
                                    Duration.ofSeconds(20));
                        case "never" -> Decision.later(never(), Duration.ofMillis(200));
                        case "never-in-time" -> Decision.later(never(), Duration.ofHours(1));
                        default -> Decision.goOn();
                    };
                }

                @Override
                public void response(Response response) {
                    response.headers().set("X-Seen", response.status() + " "
                            + response.request().attribute("kept"));
                    if ("change".equals(response.request().headers().get(arguments.header()))) {
                        response.status(203);
                    }
                }
            };
        }

        private static CompletionStage<Decision> never() {
            BEGUN.incrementAndGet();
            CompletableFuture<Decision> never = new CompletableFuture<>();
            never.whenComplete((decision, error) -> CANCELLED.incrementAndGet());
            return never;
        }

        private static CompletionStage<Decision> in(java.util.function.Supplier<Decision> work) {
            return CompletableFuture.supplyAsync(work, ELSEWHERE);
        }

        private static Decision change(Request request) {
            request.path("/changed" + request.path());
            request.query("q=" + request.variables().get("name"));
            request.headers().set("X-Set", request.route() + " " + request.method());
            request.headers().add("X-Set", "two");
            request.headers().remove("X-Gone");
            request.attribute("kept", "yes");
            return Decision.goOn();
        }
    }

    static final class SleepyFilterFactory implements FilterFactory<FilterFactory.NoArguments> {

        @Override
        public Class<NoArguments> arguments() {
            return NoArguments.class;
        }

        @Override
        public Filter create(NoArguments arguments) {
            return new Filter() {

                @Override
                public Decision request(Request request) {
                    request.headers().set("X-Thread", Thread.currentThread().isVirtual() ? "virtual" : "not");
                    if (request.headers().get("X-Hang") != null) {
                        hang();
                    }
                    return Decision.goOn();
                }

                private static void hang() {
                    BEGUN.incrementAndGet();
                    try {
                        new CountDownLatch(1).await();
                    } catch (InterruptedException e) {
                        CANCELLED.incrementAndGet();
                    }
                }

                @Override
                public Duration atMost() {
                    return Duration.ofMillis(400);
                }

                @Override
                public boolean isBlocking() {
                    return true;
                }
            };
        }
    }

    /** Makes every letter of a request's body large, and every one of an answer's small; "fail" it breaks. */
    static final class LetterFilterFactory implements FilterFactory<FilterFactory.NoArguments> {

        @Override
        public Class<NoArguments> arguments() {
            return NoArguments.class;
        }

        @Override
        public Filter create(NoArguments arguments) {
            return new Filter() {

                @Override
                public Decision request(Request request) {
                    return request.headers().get("X-Wait") == null
                            ? Decision.goOn()
                            : Decision.later(ObeyFilterFactory.in(Decision::goOn), Duration.ofSeconds(20));
                }

                @Override
                public @Nullable BodyTransform requestBody(Request request) {
                    return request.headers().get("X-Plain") == null
                            ? new Letters(true, "fail".equals(request.headers().get("X-Request")))
                            : null;
                }

                @Override
                public BodyTransform responseBody(Response response) {
                    response.headers().remove("ETag");
                    return new Letters(false,
                            "fail".equals(response.request().headers().get("X-Response")));
                }
            };
        }
    }

    private static final class Letters implements BodyTransform {

        private final boolean large;
        private final boolean fails;
        private long count;

        Letters(boolean large, boolean fails) {
            this.large = large;
            this.fails = fails;
        }

        @Override
        public void piece(ByteBuffer bytes, Consumer<ByteBuffer> out) {
            count += bytes.remaining();
            if (fails && count > 100_000) {
                throw new IllegalStateException("asked to");
            }
            while (bytes.hasRemaining()) { // of many sizes, none included
                byte[] some = new byte[Math.min(bytes.remaining(), 30_000)];
                bytes.get(some);
                String text = new String(some, StandardCharsets.ISO_8859_1);
                out.accept(StandardCharsets.ISO_8859_1
                        .encode(large ? text.toUpperCase(Locale.ROOT) : text.toLowerCase(Locale.ROOT)));
            }
        }

        @Override
        public void end(Consumer<ByteBuffer> out) {
            out.accept(StandardCharsets.ISO_8859_1.encode(" " + (large ? "Up" : "Down") + count));
        }
    }

    /** Whether a header has a number of so many digits. */
    record Digits(@NotBlank String header, int count) {}

    static final class DigitsPredicateFactory implements PredicateFactory<Digits> {

        @Override
        public Class<Digits> arguments() {
            return Digits.class;
        }

        @Override
        public Predicate<RequestHead> create(Digits arguments) {
            return request -> {
                String text = request.header(arguments.header());
                return text != null && Long.parseLong(text) >= 0 && text.length() == arguments.count()
                        && request.headers(arguments.header()).size() == 1 && request.method().equals("GET")
                        && request.path().equals("/digits") && "q".equals(request.query())
                        && request.client() != null;
            };
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class Beans {

        @Bean
        DigitsPredicateFactory digits() {
            return new DigitsPredicateFactory();
        }

        @Bean
        LetterFilterFactory letter() {
            return new LetterFilterFactory();
        }

        @Bean
        ObeyFilterFactory obey() {
            return new ObeyFilterFactory();
        }

        @Bean
        SleepyFilterFactory sleepy() {
            return new SleepyFilterFactory();
        }
    }

    @BeforeParameterizedClassInvocation
    static void start(boolean fast) throws IOException {
        member = new RawServer(RawServer::echoHeads);
        bodies = bodies();
        endless = new RawServer(OwnFilterTest::sendWithoutEnd);
        gateway = TestGateway.with(Beans.class,
                """
                        headgate:
                          fast-path: { debug-header: true, enabled: %s }
                          pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                          pools.endless: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                          pools.bodies: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                        spring.cloud.gateway.server.webflux.routes:
                          - id: obeys
                            uri: lb://p
                            predicates: [ "Path=/obey/{name}" ]
                            filters: [ "Obey=X-Do, 418", "AddRequestHeader=X-After, yes" ]
                          - id: named
                            uri: lb://p
                            predicates: [ "Path=/named" ]
                            filters: [ { name: Obey, args: { header: X-Do, status: 451 } } ]
                          - { id: three, uri: "lb://p", predicates: [ "Path=/digits", "Digits=X-Number, 3" ] }
                          - id: four
                            uri: lb://p
                            predicates: [ "Path=/digits", { name: Digits, args: { header: X-Number, count: 4 } } ]
                          - { id: letters, uri: "lb://bodies", predicates: [ "Path=/letters/**" ], filters: [ Letter ] }
                          - { id: endless, uri: "lb://endless", predicates: [ "Path=/endless" ], filters: [ Letter ] }
                          - { id: twice, uri: "lb://bodies", predicates: [ "Path=/twice" ], filters: [ Letter, Letter ] }
                          - { id: sleeps, uri: "lb://p", predicates: [ "Path=/sleep" ], filters: [ Sleepy ] }
                        """
                        .formatted(fast, member.port(), endless.port(), bodies.getAddress().getPort()));
    }

    /** Sends back the body that it gets, with an ETag, and how it was framed. */
    private static HttpServer bodies() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
        server.createContext("/", exchange -> {
            byte[] body = exchange.getRequestBody().readAllBytes();
            exchange.getResponseHeaders().set("ETag", "\"1\"");
            exchange.getResponseHeaders().set("X-Length",
                    String.valueOf(exchange.getRequestHeaders().getFirst("Content-Length")));
            boolean none = exchange.getRequestURI().getPath().endsWith("none");
            exchange.sendResponseHeaders(none ? 204 : 200,
                    none || exchange.getRequestMethod().equals("HEAD") ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        return server;
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        member.close();
        bodies.stop(0);
        endless.close();
    }

    @Test
    void noRouteIsSlow() {
        assertThat(gateway.bean(RouteRefresh.class).lanes().routes()).hasSize(8)
                .allMatch(route -> (route.lane() == Lane.FAST) == fast);
    }

    @ParameterizedTest
    @CsvSource({"change, 203", "later, 200", "at-once, 200"})
    void itChangesTheRequestAndTheHeadOfTheAnswer(String what, int status) {
        HttpResponse<String> answer = gateway.get("/obey/ann?x=y", "X-Do", what, "X-Gone", "1");
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("X-Seen")).hasValue("200 yes");
        assertThat(answer.body()).startsWith("get /changed/obey/ann?q=ann http/1.1")
                .contains("x-set: obeys get\r\n", "x-set: two\r\n", "x-after: yes\r\n")
                .doesNotContain("x-gone");
    }

    @ParameterizedTest
    @ValueSource(strings = {"answer", "later-answer"})
    void itAnswersInThePlaceOfAMember(String what) {
        HttpResponse<String> answer = gateway.get("/obey/ann", "X-Do", what);
        assertThat(answer.statusCode()).isEqualTo(418);
        assertThat(answer.body()).isEqualTo("no " + what);
        assertThat(answer.headers().firstValue("X-Why")).hasValue(what);
        assertThat(answer.headers().firstValue("Content-Type")).hasValue("text/plain");
        HttpResponse<String> head = gateway.send(HttpRequest.newBuilder().HEAD(), "/obey/ann", "X-Do", what);
        assertThat(head.statusCode()).isEqualTo(418);
        assertThat(gateway.get("/named", "X-Do", "answer").statusCode()).isEqualTo(451);
    }

    @ParameterizedTest
    @CsvSource({"throw, 500", "later-fails, 500", "never, 503"})
    void whatFailsIsAnErrorOfTheGateway(String what, int status) {
        assertThat(gateway.get("/obey/ann", "X-Do", what).statusCode()).isEqualTo(status);
        assertThat(gateway.get("/obey/ann").statusCode()).isEqualTo(200);
        assertThat(gateway.post("/obey/ann", "body", "X-Do", what).statusCode()).isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "X-Wait"})
    void itChangesBodiesAsTheyPass(String header) {
        String[] headers = header.isEmpty() ? new String[0] : new String[]{header, "1"};
        for (int size : List.of(1, 20, 1_000_000)) {
            String text = "Ab".repeat(size);
            HttpResponse<String> answer = gateway.post("/letters/a", text, headers);
            assertThat(answer.body())
                    .isEqualTo(text.toLowerCase(Locale.ROOT) + " up" + 2 * size + " Down"
                            + (2 * size + 3 + String.valueOf(2 * size).length()));
            assertThat(answer.headers().map()).doesNotContainKeys("ETag", "Content-Length");
            assertThat(answer.headers().firstValue("X-Length")).hasValue("null");
        }
    }

    @ParameterizedTest
    @CsvSource({"123, 200, three", "1234, 200, four", "12, 404, none", "abc, 404, none"})
    void aPredicateSaysWhichRequestsARouteTakes(String number, int status, String route) {
        HttpResponse<String> answer = gateway.get("/digits?q", "X-Number", number);
        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("X-Headgate").orElse("")).contains("route=" + route);
        assertThat(gateway.get("/digits", "X-Number", number).statusCode()).isEqualTo(404);
    }

    @Test
    void aBodyMayPassAsItIs() {
        HttpResponse<String> answer = gateway.post("/letters/a", "Ab", "X-Plain", "1");
        assertThat(answer.body()).isEqualTo("ab Down2");
        assertThat(answer.headers().firstValue("X-Length")).hasValue("2");
        assertThat(gateway.get("/letters/a").body()).isEqualTo(" Down0");
        assertThat(gateway.get("/letters/none").statusCode()).isEqualTo(204);
        HttpResponse<String> head = gateway.send(HttpRequest.newBuilder().HEAD(), "/letters/a");
        assertThat(head.statusCode()).isEqualTo(200);
        assertThat(head.headers().map()).doesNotContainKey("Content-Length");
        assertThat(gateway.post("/twice", "a").body()).isEqualTo("a up1 up5 down9 Down15");
    }

    /** What comes of a member's body is not kept for a client that does not read it. */
    @Test
    void aMemberIsReadAsFastAsTheClientTakesWhatComesOfItsBody() throws IOException {
        SENT.set(0);
        try (Wire client = new Wire(gateway.port())) {
            assertThat(client.send("GET /endless HTTP/1.1\r\nHost: h\r\n\r\n").head())
                    .startsWith("HTTP/1.1 200").containsIgnoringCase("transfer-encoding: chunked");
            AtomicLong last = new AtomicLong(-1);
            await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(300))
                    .until(() -> last.getAndSet(SENT.get()) == SENT.get() && SENT.get() > 0);
            assertThat(SENT.get()).isLessThan(40_000_000); // what sockets hold
        }
        gateway.awaitIdle();
    }

    private static void sendWithoutEnd(Socket socket) throws IOException {
        RawServer.head(socket);
        RawServer.write(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n");
        for (byte[] some = new byte[10_000]; SENT.get() < 200_000_000; SENT.addAndGet(some.length)) {
            socket.getOutputStream().write(some);
        }
    }

    @Test
    void aBodyThatCannotBeChangedIsBrokenOff() {
        String text = "Ab".repeat(1_000_000);
        assertThat(gateway.post("/letters/a", text, "X-Request", "fail").statusCode()).isEqualTo(500);
        assertThatThrownBy(() -> gateway.post("/letters/a", text, "X-Response", "fail"))
                .isInstanceOf(UncheckedIOException.class);
        assertThat(gateway.post("/letters/a", "b").body()).isEqualTo("b up1 Down5");
        gateway.awaitIdle();
    }

    @Test
    void aBlockingOneHasAThreadOfItsOwn() {
        assertThat(gateway.get("/sleep").body()).contains("x-thread: virtual");
        assertThat(gateway.post("/sleep", "body").body()).contains("x-thread: virtual");
    }

    @Test
    void whatNobodyNeedsAnyMoreIsCancelled() throws IOException {
        BEGUN.set(0);
        CANCELLED.set(0);
        assertThat(gateway.get("/obey/ann", "X-Do", "never").statusCode()).isEqualTo(503);
        assertThat(gateway.get("/sleep", "X-Hang", "yes").statusCode()).isEqualTo(503);
        await().until(() -> CANCELLED.get() == 2);
        for (String request : List.of("/obey/ann HTTP/1.1\r\nX-Do: never-in-time",
                "/sleep HTTP/1.1\r\nX-Hang: y")) {
            int before = BEGUN.get();
            try (Wire client = new Wire(gateway.port())) {
                client.send("GET " + request + "\r\nHost: h\r\n\r\n");
                await().until(() -> BEGUN.get() > before);
            }
        }
        await().until(() -> CANCELLED.get() == 4);
    }

    @Test
    void wrongArgumentsAreToldAtTheStart() {
        assertThatThrownBy(() -> TestGateway.with(Beans.class, """
                headgate.pools.p.members: [ "127.0.0.1:1" ]
                spring.cloud.gateway.server.webflux.routes:
                  - { id: a, uri: "lb://p", predicates: [ "Path=/a" ], filters: [ "Obey= , x" ] }
                  - id: b
                    uri: "lb://p"
                    predicates: [ "Path=/b" ]
                    filters: [ { name: Obey, args: { heder: X } } ]
                """).close()).rootCause().hasMessageContaining("filters[0]").hasMessageContaining("heder");
    }
}
