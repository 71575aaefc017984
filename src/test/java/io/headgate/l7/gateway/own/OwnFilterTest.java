package io.headgate.l7.gateway.own;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.filter.Decision;
import io.headgate.filter.Filter;
import io.headgate.filter.FilterFactory;
import io.headgate.filter.Request;
import io.headgate.filter.Response;
import io.headgate.l7.Lane;
import io.headgate.l7.gateway.compile.RouteRefresh;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import jakarta.validation.constraints.NotBlank;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
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

    @Configuration(proxyBeanMethods = false)
    static class Beans {

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
    static void start(boolean fast) {
        member = new RawServer(RawServer::echoHeads);
        gateway = TestGateway.with(Beans.class, """
                headgate:
                  fast-path: { debug-header: true, enabled: %s }
                  pools.p: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                spring.cloud.gateway.server.webflux.routes:
                  - id: obeys
                    uri: lb://p
                    predicates: [ "Path=/obey/{name}" ]
                    filters: [ "Obey=X-Do, 418", "AddRequestHeader=X-After, yes" ]
                  - id: named
                    uri: lb://p
                    predicates: [ "Path=/named" ]
                    filters: [ { name: Obey, args: { header: X-Do, status: 451 } } ]
                  - { id: sleeps, uri: "lb://p", predicates: [ "Path=/sleep" ], filters: [ Sleepy ] }
                """.formatted(fast, member.port()));
    }

    @AfterParameterizedClassInvocation
    static void stop() throws IOException {
        gateway.close();
        member.close();
    }

    @Test
    void noRouteIsSlow() {
        assertThat(gateway.bean(RouteRefresh.class).lanes().routes()).hasSize(3)
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
