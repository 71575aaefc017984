package io.headgate.l7.cache;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.headgate.l7.CacheUse;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** One request after the other, without a lane, and with a clock that the test moves. */
class CacheTurnTest {

    private static final String MINUTE = "Cache-Control: max-age=60";
    private static final String TAG = "ETag: \"a\"";

    private static final ScheduledExecutorService LOOP = Executors.newSingleThreadScheduledExecutor();

    private Asking asking = new Asking();

    @AfterAll
    static void stop() {
        LOOP.shutdownNow();
    }

    @Test
    void whatIsFreshIsAnsweredAgainWithItsAge() {
        asking.stored("/a", "one", MINUTE, "X-Own: 1", "Connection: x-hop", "X-Hop: 1");
        asking.time.pass(59);
        Asking.Request hit = asking.get("/a");
        assertThat(hit.body()).isEqualTo("one");
        assertThat(hit.reply().headers().get("Age")).isEqualTo("59");
        assertThat(hit.reply().headers().get("X-Own")).isEqualTo("1");
        assertThat(hit.reply().headers().contains("X-Hop")).isFalse();
        assertThat(hit.reply().headers().get("Content-Length")).isEqualTo("3");
        assertThat(hit.turn.use()).isEqualTo(CacheUse.HIT);
        asking.time.pass(1);
        assertThat(asking.get("/a").isForwarded()).isTrue();
    }

    @Test
    void aHeadIsAnsweredFromWhatAGetHasStored() {
        asking.stored("/a", "one", MINUTE);
        Asking.Request head = asking.new Request(Asking.question("HEAD", "/a"));
        assertThat(head.reply().body()).isEmpty();
        assertThat(head.reply().headers().get("Content-Length")).isEqualTo("3");
    }

    /** A header that is too large, or odd, makes an error of a page that others want. */
    @ParameterizedTest
    @ValueSource(ints = {400, 403, 408, 413, 417, 421, 431, 500, 502, 503})
    void anErrorThatOneRequestHasCausedIsNotKeptForOthers(int status) {
        asking.rules = new CacheRules(Duration.ofMinutes(1), Duration.ofMinutes(1), 10, CacheRules.MAX_ENTRY,
                List.of(), List.of(), List.of(), List.of(), CacheRules.SetCookie.BYPASS, false, Duration.ZERO,
                Duration.ZERO, Duration.ofSeconds(5));
        asking.get("/a", "X-Large: " + "x".repeat(9000)).answered(status, "error",
                "Last-Modified: Mon, 30 Nov 2026 10:00:00 GMT");
        assertThat(asking.get("/a").isForwarded()).isTrue();
    }

    /** What looks like a style sheet and is somebody's page. */
    @ParameterizedTest
    @ValueSource(strings = {"/account/x.css", "/account;x.css", "/account%2Fx.css", "/account%0Ax.css"})
    void whatAPathLooksLikeIsOfNoAccount(String target) {
        asking.rules = new CacheRules(Duration.ofMinutes(1), null, 10, CacheRules.MAX_ENTRY,
                List.of(), List.of(), List.of(), List.of(), CacheRules.SetCookie.BYPASS, false, Duration.ZERO,
                Duration.ZERO, Duration.ofSeconds(5));
        asking.get(target, "Cookie: session=victim").answered(200, "secret",
                "Last-Modified: Mon, 30 Nov 2026 10:00:00 GMT");
        assertThat(asking.get(target).isForwarded()).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"GET; /b; X: 1", "GET; /a?; X: 1", "GET; /A; X: 1",
            "GET; /a; X-HTTP-Method-Override: DELETE", "GET; /a; X-Original-URL: /b", "GET; /a; X-Host: evil",
            "GET; /a; X-Forwarded-Host: evil", "GET; /a; If-Match: \"a\"", "POST; /a; X: 1",
            "OPTIONS; /a; X: 1"})
    void whatAsksForSomethingElseDoesNotGetIt(String method, String target, String header) {
        asking.stored("/a", "one", MINUTE);
        Asking.Request other = asking.new Request(Asking.question(method, target, header));
        assertThat(other.isForwarded()).isTrue();
        other.answered(200, "poison", MINUTE);
        if (!method.equals("POST")) { // which invalidates it
            assertThat(asking.get("/a").body()).isEqualTo("one");
        }
    }

    @Test
    void anAnswerToSomebodyWhoIsKnownIsNobodyElsesThoughHisCredentialsAreTakenOff() {
        CacheQuestion known = new CacheQuestion("route", "GET", "example.org", "/me", "/me", Asking.headers(),
                false, false, true);
        asking.new Request(known).answered(200, "hers", MINUTE);
        assertThat(asking.get("/me").isForwarded()).isTrue();
        asking.new Request(known).answered(200, "everybody's", "Cache-Control: public, max-age=60");
        assertThat(asking.get("/me").isForwarded()).isFalse();
    }

    @Test
    void aGetWithABodyIsNeitherAnsweredFromTheCacheNorStored() {
        CacheQuestion fat = new CacheQuestion("route", "GET", "example.org", "/a", "/a", Asking.headers(),
                true, false, false);
        asking.new Request(fat).answered(200, "poison", MINUTE);
        assertThat(asking.get("/a").isForwarded()).isTrue();
    }

    @Test
    void otherRoutesHostsTargetsAndSchemesHaveOtherAnswers() {
        asking.stored("/a", "one", MINUTE);
        List<CacheQuestion> others = List.of(
                new CacheQuestion("other", "GET", "example.org", "/a", "/a", Asking.headers(), false, false,
                        false),
                new CacheQuestion("route", "GET", "example.com", "/a", "/a", Asking.headers(), false, false,
                        false),
                new CacheQuestion("route", "GET", "example.org", "/a", "/b", Asking.headers(), false, false,
                        false),
                new CacheQuestion("route", "GET", "example.org", "/a", "/a", Asking.headers(), false, true,
                        false));
        for (CacheQuestion other : others) {
            assertThat(asking.new Request(other).isForwarded()).as("%s", other).isTrue();
        }
    }

    @Test
    void whatTheRouteAddsToTheKeyKeepsUsersApart() {
        asking.rules = rules(List.of("X-User"), List.of("session"), Duration.ZERO);
        asking.get("/a", "X-User: 1", "Cookie: session=x").answered(200, "one", MINUTE);
        assertThat(asking.get("/a", "X-User: 1", "Cookie: other=1; session=x").body()).isEqualTo("one");
        assertThat(asking.get("/a", "X-User: 2", "Cookie: session=x").isForwarded()).isTrue();
        assertThat(asking.get("/a", "X-User: 1", "Cookie: session=y").isForwarded()).isTrue();
        assertThat(asking.get("/a").isForwarded()).isTrue();
    }

    private static CacheRules rules(List<String> headers, List<String> cookies, Duration stale) {
        return new CacheRules(null, null, 0, 1000, headers, cookies, List.of(), List.of(),
                CacheRules.SetCookie.BYPASS, false, Duration.ZERO, stale, Duration.ofSeconds(5));
    }

    @Test
    void anAnswerIsForThoseWhoseFieldsItVariesBy() {
        asking.get("/a", "Accept-Language: en, de").answered(200, "en", MINUTE, "Vary: Accept-Language, X-A");
        asking.get("/a", "Accept-Language: fr").answered(200, "fr", MINUTE, "Vary: accept-language,x-a");
        assertThat(asking.get("/a", "Accept-Language: DE,en").body()).isEqualTo("en");
        assertThat(asking.get("/a", "Accept-Language: fr").body()).isEqualTo("fr");
        assertThat(asking.get("/a", "Accept-Language: it").isForwarded()).isTrue();
        assertThat(asking.get("/a", "Accept-Language: fr", "X-A: 1").isForwarded()).isTrue();
        assertThat(asking.get("/a").isForwarded()).isTrue();
    }

    @Test
    void onlySoManyVariantsOfAUrlAreKept() {
        for (int i = 0; i < 10 * Variants.MOST; i++) {
            asking.get("/a", "X-A: " + i).answered(200, "x", MINUTE, "Vary: X-A");
        }
        int kept = 0;
        for (int i = 0; i < 10 * Variants.MOST; i++) {
            Asking.Request again = asking.get("/a", "X-A: " + i);
            kept += again.isReplied() ? 1 : 0;
            again.turn.end();
        }
        assertThat(kept).isEqualTo(Variants.MOST);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"If-None-Match: \"a\"; 304", "If-None-Match: W/\"a\"; 304",
            "If-None-Match: \"b\", \"a\"; 304", "If-None-Match: *; 304", "If-None-Match: \"b\"; 200",
            "If-Modified-Since: Mon, 30 Nov 2026 11:00:00 GMT; 304",
            "If-Modified-Since: Mon, 30 Nov 2026 10:59:59 GMT; 200",
            "If-Modified-Since: Monday, 30-Nov-26 11:00:00 GMT; 304", "If-Modified-Since: yesterday; 200"})
    void aClientThatHasItGetsNotModified(String condition, int status) {
        asking.stored("/a", "one", MINUTE, TAG, "Last-Modified: Mon, 30 Nov 2026 11:00:00 GMT");
        CachedReply reply = asking.get("/a", condition).reply();
        assertThat(reply.status().code()).isEqualTo(status);
        assertThat(reply.headers().get("ETag")).isEqualTo("\"a\"");
        assertThat(reply.headers().contains("Content-Length")).isEqualTo(status == 200);
    }

    @Test
    void theTagCountsMoreThanTheDate() {
        asking.stored("/a", "one", MINUTE, TAG, "Last-Modified: Mon, 30 Nov 2026 11:00:00 GMT");
        CachedReply reply = asking.get("/a", "If-None-Match: \"b\"",
                "If-Modified-Since: Mon, 30 Nov 2026 11:00:00 GMT").reply();
        assertThat(reply.status()).isEqualTo(HttpResponseStatus.OK);
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"bytes=0-1; 206; 01; bytes 0-1/10",
            "bytes=8-; 206; 89; bytes 8-9/10",
            "bytes=-3; 206; 789; bytes 7-9/10", "bytes=5-99; 206; 56789; bytes 5-9/10",
            "bytes=-99; 206; 0123456789; bytes 0-9/10", "bytes=10-; 416; ''; bytes */10",
            "bytes=-0; 416; ''; bytes */10", "bytes=2-1; 200; 0123456789; ", "bytes=a-b; 200; 0123456789; ",
            "lines=1-2; 200; 0123456789; ", "bytes=0-9,0-9; 200; 0123456789; "})
    void aPartIsServedFromTheWhole(String range, int status, String body, String contentRange) {
        asking.stored("/a", "0123456789", MINUTE);
        CachedReply reply = asking.get("/a", "Range: " + range).reply();
        assertThat(reply.status().code()).isEqualTo(status);
        assertThat(Asking.text(reply)).isEqualTo(body);
        assertThat(reply.headers().get("Content-Range")).isEqualTo(contentRange);
        assertThat(reply.headers().get("Content-Length")).isEqualTo("" + body.length());
    }

    @Test
    void severalPartsAreServedInOneMessage() {
        asking.stored("/a", "0123456789", MINUTE, "Content-Type: text/plain");
        CachedReply reply = asking.get("/a", "Range: bytes=0-1, -2").reply();
        String boundary = String.valueOf(reply.headers().get("Content-Type")).split("boundary=", 2)[1];
        assertThat(Asking.text(reply)).isEqualTo("\r\n--" + boundary
                + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 0-1/10\r\n\r\n01\r\n--" + boundary
                + "\r\nContent-Type: text/plain\r\nContent-Range: bytes 8-9/10\r\n\r\n89\r\n--" + boundary
                + "--\r\n");
        assertThat(reply.length()).isEqualTo(Asking.text(reply).length());
    }

    @ParameterizedTest
    @CsvSource(delimiter = ';', value = {"\"a\"; 206", "\"b\"; 200", "W/\"a\"; 200",
            "Mon, 30 Nov 2026 11:00:00 GMT; 206", "Mon, 30 Nov 2026 11:00:01 GMT; 200"})
    void aPartIsServedOnlyOfWhatTheClientHasTheRestOf(String has, int status) {
        asking.stored("/a", "0123456789", MINUTE, TAG, "Last-Modified: Mon, 30 Nov 2026 11:00:00 GMT");
        CachedReply reply = asking.get("/a", "Range: bytes=0-1", "If-Range: " + has).reply();
        assertThat(reply.status().code()).isEqualTo(status);
    }

    @Test
    void whatIsStaleIsAskedForByItsTagAndServedIfItIsStillGood() {
        asking.stored("/a", "one", MINUTE, TAG, "X-Own: 1", "X-Other: 1");
        asking.time.pass(61);
        Asking.Request again = asking.get("/a");
        assertThat(again.sent.get("If-None-Match")).isEqualTo("\"a\"");
        again.answered(304, "", MINUTE, "X-Own: 2", "Content-Length: 0");
        assertThat(Asking.text(again.instead())).isEqualTo("one");
        assertThat(again.turn.use()).isEqualTo(CacheUse.REVALIDATED);
        CachedReply next = asking.get("/a").reply();
        assertThat(Asking.text(next)).isEqualTo("one");
        assertThat(next.headers().getAll("X-Own")).containsExactly("2");
        assertThat(next.headers().get("X-Other")).isEqualTo("1");
        assertThat(next.headers().get("Age")).isEqualTo("0");
    }

    /** The condition that goes to the member is ours; the client's is answered afterwards. */
    @Test
    void aClientWithoutAConditionGetsTheBodyAndOneWithItDoesNot() {
        asking.stored("/a", "one", "Cache-Control: no-cache", TAG);
        Asking.Request plain = asking.get("/a").answered(304, "", "Cache-Control: no-cache");
        assertThat(Asking.text(plain.instead())).isEqualTo("one");
        Asking.Request has = asking.get("/a", "If-None-Match: \"a\"").answered(304, "",
                "Cache-Control: no-cache");
        assertThat(has.instead().status()).isEqualTo(HttpResponseStatus.NOT_MODIFIED);
        Asking.Request other = asking.get("/a", "If-None-Match: \"z\"").answered(304, "",
                "Cache-Control: no-cache");
        assertThat(Asking.text(other.instead())).isEqualTo("one");
    }

    @Test
    void anotherAnswerReplacesWhatIsStale() {
        asking.stored("/a", "one", MINUTE, TAG);
        asking.time.pass(61);
        asking.get("/a").answered(200, "two", MINUTE);
        assertThat(asking.get("/a").body()).isEqualTo("two");
        asking.time.pass(61);
        asking.get("/a").answered(200, "three", "Cache-Control: no-store");
        assertThat(asking.get("/a").isForwarded()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "PATCH", "DELETE", "M-SEARCH"})
    void aChangeInvalidatesWhatIsStoredForItsUrlAndForThoseThatItNames(String method) {
        for (String target : List.of("/a", "/b?x", "/c")) {
            asking.stored(target, "one", MINUTE);
        }
        asking.new Request(Asking.question(method, "/a")).answered(500, "");
        assertThat(asking.get("/a").isReplied()).isTrue();
        asking.new Request(Asking.question(method, "/a")).answered(201, "", "Location: /b?x",
                "Content-Location: http://elsewhere.org/c");
        assertThat(asking.get("/a").isForwarded()).isTrue();
        assertThat(asking.get("/b?x").isForwarded()).isTrue();
        assertThat(asking.get("/c").isReplied()).isTrue();
    }

    @Test
    void anAnswerThatWasAskedForBeforeAChangeIsNotStoredAfterIt() {
        Asking.Request slow = asking.get("/a");
        asking.new Request(Asking.question("DELETE", "/a")).answered(204, "");
        slow.answered(200, "old", MINUTE);
        assertThat(asking.get("/a").isForwarded()).isTrue();
        Asking.Request purged = asking.get("/b");
        asking.cache.purgePrefix("example.org/b");
        purged.answered(200, "old", MINUTE);
        assertThat(asking.get("/b").isForwarded()).isTrue();
    }

    @Test
    void purgesByUrlPrefixAndTag() {
        for (String target : List.of("/a/1", "/a/2", "/b/1", "/b/2")) {
            asking.stored(target, "x", MINUTE, "Surrogate-Key: all " + target.charAt(1), "Cache-Tag: t1,t2");
        }
        assertThat(asking.cache.purgeUrl("example.org/a/1")).isEqualTo(1);
        assertThat(asking.cache.purgeUrl("example.org/a/1")).isZero();
        assertThat(asking.cache.purgePrefix("example.org/a/")).isEqualTo(1);
        assertThat(asking.cache.purgeTag("a")).isZero();
        assertThat(asking.cache.purgeTag("b")).isEqualTo(2);
        asking.stored("/c", "x", MINUTE, "Cache-Tag: t1,t2");
        assertThat(asking.cache.purgeTag("t2")).isEqualTo(1);
        asking.stored("/c", "x", MINUTE);
        assertThat(asking.cache.purgeAll()).isEqualTo(1);
        assertThat(asking.cache.status().entries()).isZero();
        assertThat(asking.cache.store().urls()).isZero();
    }

    @Test
    void aThousandThatMissAtOnceCostOneRequest() throws Exception {
        Asking.Request leader = asking.get("/a");
        List<Asking.Request> others = new ArrayList<>();
        List<CacheStep> then = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 1000; i++) {
            Asking.Request other = asking.get("/a");
            assertThat(other.next).isInstanceOf(CacheStep.Wait.class);
            other.turn.await(LOOP, () -> then.add(other.turn.lookAgain()));
            others.add(other);
        }
        leader.answered(200, "one", MINUTE);
        LOOP.submit(() -> {
        }).get();
        assertThat(then).hasSize(1000).allMatch(CacheStep.Reply.class::isInstance);
        assertThat(others).allMatch(other -> other.turn.use() == CacheUse.COLLAPSED);
    }

    @Test
    void whoWaitedForOneThatFailedGoesOnOneAfterTheOther() throws Exception {
        Asking.Request leader = asking.get("/a");
        List<CacheStep> then = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 3; i++) {
            Asking.Request other = asking.get("/a");
            other.turn.await(LOOP, () -> then.add(other.turn.lookAgain()));
        }
        leader.turn.end();
        LOOP.submit(() -> {
        }).get();
        assertThat(then).hasSize(3).filteredOn(CacheStep.Forward.class::isInstance).hasSize(1);
    }

    @Test
    void whileAMemberFailsThoseWhoWaitedGetTheStaleAnswerAtOnce() throws Exception {
        asking.stored("/a", "one", MINUTE + ", stale-if-error=1000", TAG);
        asking.time.pass(65);
        Asking.Request leader = asking.get("/a");
        List<CacheStep> then = waiting("/a", 3);
        leader.answered(503, "down");
        LOOP.submit(() -> {
        }).get();
        assertThat(then).hasSize(3).allMatch(CacheStep.Reply.class::isInstance);
    }

    /** It hangs: who comes after the time that anybody would wait for it does not wait at all. */
    @Test
    void whileAMemberHangsNobodyWaitsForItForLong() throws Exception {
        asking.stored("/a", "one", MINUTE + ", stale-if-error=1000", TAG);
        asking.time.pass(65);
        Asking.Request leader = asking.get("/a");
        assertThat(leader.isForwarded()).isTrue();
        assertThat(asking.get("/a").next).isInstanceOf(CacheStep.Wait.class);
        asking.time.pass(5);
        Asking.Request late = asking.get("/a");
        assertThat(late.body()).isEqualTo("one");
        assertThat(late.turn.use()).isEqualTo(CacheUse.STALE);
        leader.turn.end();
    }

    @Test
    void whoWaitedForWhatDoesNotHelpItGoesOnAlone() throws Exception {
        asking.rules = new CacheRules(null, null, 0, 1000, List.of(), List.of(), List.of(), List.of(),
                CacheRules.SetCookie.BYPASS, true, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5));
        Asking.Request leader = asking.get("/a");
        assertThat(asking.get("/a", "Cache-Control: no-cache").isForwarded()).isTrue();
        List<CacheStep> then = waiting("/a", 3, "Cache-Control: min-fresh=1000");
        leader.answered(200, "one", MINUTE);
        LOOP.submit(() -> {
        }).get();
        assertThat(then).hasSize(3).allMatch(CacheStep.Forward.class::isInstance);
    }

    /** Requests that wait; what becomes of them is added to the list. */
    private List<CacheStep> waiting(String target, int count, String... headers) {
        List<CacheStep> then = Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < count; i++) {
            Asking.Request other = asking.get(target, headers);
            assertThat(other.next).isInstanceOf(CacheStep.Wait.class);
            other.turn.await(LOOP, () -> then.add(other.turn.lookAgain()));
        }
        return then;
    }

    @Test
    void aRefreshThatOutgrowsItsLimitTakesTheStaleAnswerOut() {
        asking.rules = new CacheRules(null, null, 0, 1000, List.of(), List.of(), List.of(), List.of(),
                CacheRules.SetCookie.BYPASS, false, Duration.ofSeconds(100), Duration.ZERO,
                Duration.ofSeconds(5));
        asking.stored("/a", "one", "Cache-Control: max-age=60");
        asking.time.pass(65);
        Asking.Request first = asking.get("/a");
        CacheTurn behind = first.turn.refresh();
        behind.forward(first.sent);
        behind.head(HttpResponseStatus.OK, Asking.headers(MINUTE), true);
        assertThat(behind.isStoring()).isTrue();
        behind.data(Unpooled.wrappedBuffer(new byte[1001]));
        assertThat(behind.isStoring()).isFalse();
        behind.end();
        assertThat(asking.get("/a").isForwarded()).isTrue();
        assertThat(asking.get("/a").isForwarded()).as("it is not waited for").isTrue();
    }

    @Test
    void whatFindsNoRoomIsTriedAgain() {
        asking = new Asking(100_000);
        List<Asking.Request> slow = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            Asking.Request request = asking.get("/slow" + i);
            request.turn.head(HttpResponseStatus.OK, Asking.headers(MINUTE), true);
            request.turn.data(Unpooled.wrappedBuffer(new byte[8000]));
            slow.add(request);
        }
        asking.get("/a").answered(200, "x".repeat(8000), MINUTE);
        slow.forEach(request -> request.turn.end());
        Asking.Request again = asking.get("/a");
        assertThat(again.isForwarded()).as("not stored").isTrue();
        assertThat(asking.get("/a").next).isInstanceOf(CacheStep.Wait.class);
        again.answered(200, "x".repeat(8000), MINUTE);
        assertThat(asking.get("/a").isReplied()).isTrue();
    }

    @Test
    void aRefreshSaysNothingOfTheClientButWhatAnswersAreToldApartBy() {
        String stale = "Cache-Control: public, max-age=60, stale-while-revalidate=100";
        String[] client = {"Cookie: session=x; theme=dark", "Traceparent: 00-1-2-01", "X-B3-TraceId: 1",
                "Accept: text/html"};
        asking.rules = rules(List.of("Traceparent"), List.of("theme"), Duration.ZERO);
        asking.get("/a", client).answered(200, "one", stale);
        asking.get("/b", client).answered(200, "one", stale, "Vary: Cookie");
        asking.time.pass(65);
        for (String target : List.of("/a", "/b")) {
            Asking.Request first = asking.get(target, client);
            CacheTurn behind = first.turn.refresh();
            behind.forward(first.sent);
            assertThat(first.sent.get("Cookie"))
                    .isEqualTo(target.equals("/a") ? "theme=dark" : "session=x; theme=dark");
            assertThat(first.sent.get("Traceparent")).as("it is part of the key").isEqualTo("00-1-2-01");
            assertThat(first.sent.contains("X-B3-TraceId")).isFalse();
            assertThat(first.sent.get("Accept")).isEqualTo("text/html");
            behind.end();
        }
    }

    /** Each key of a URL costs the same, however many there are: clients choose them. */
    @Test
    void manyKeysOfOneUrlCostNoMoreThanManyUrls() {
        asking = new Asking(100 << 20);
        asking.rules = rules(List.of("X-User"), List.of(), Duration.ZERO);
        int keys = 4000;
        ThreadMXBean memory = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long before = memory.getCurrentThreadAllocatedBytes();
        for (int i = 0; i < keys; i++) {
            asking.get("/a", "X-User: " + i).answered(200, "x", MINUTE);
        }
        assertThat(asking.cache.status().entries()).isEqualTo(keys);
        asking.new Request(Asking.question("POST", "/a")).answered(201, "");
        long each = (memory.getCurrentThreadAllocatedBytes() - before) / keys;
        assertThat(each).isLessThan(25_000); // copying the others for each: 70,000 and more
        for (int i = 0; i < keys; i++) {
            Asking.Request again = asking.get("/a", "X-User: " + i);
            assertThat(again.isForwarded()).isTrue();
            again.turn.end();
        }
        assertThat(asking.cache.store().urls()).isZero();
        asking.get("/a", "X-User: 1").answered(200, "x", MINUTE);
        assertThat(asking.get("/a", "X-User: 1").isReplied()).isTrue();
        assertThat(asking.cache.purgeUrl("example.org/a")).isEqualTo(1);
        asking.cache.purgeAll();
        assertThat(asking.cache.status().entries()).isZero();
    }

    @Test
    void nobodyWaitsForWhatTurnedOutNotToBeStored() {
        asking.get("/a").answered(200, "mine", "Cache-Control: private");
        Asking.Request one = asking.get("/a");
        Asking.Request other = asking.get("/a");
        assertThat(one.isForwarded()).isTrue();
        assertThat(other.isForwarded()).isTrue();
        other.answered(200, "ours", MINUTE);
        assertThat(asking.get("/a").body()).isEqualTo("ours");
    }

    @Test
    void whatIsNotWholeIsNotStored() {
        Asking.Request cut = asking.get("/a");
        cut.turn.head(HttpResponseStatus.OK, Asking.headers(MINUTE, "Content-Length: 10"), true);
        cut.turn.data(Unpooled.wrappedBuffer(new byte[5]));
        cut.turn.end();
        assertThat(asking.get("/a").isForwarded()).isTrue();
        Asking.Request lying = asking.get("/b");
        lying.turn.head(HttpResponseStatus.OK, Asking.headers(MINUTE, "Content-Length: 10"), true);
        lying.turn.data(Unpooled.wrappedBuffer(new byte[5]));
        lying.turn.complete();
        lying.turn.end();
        assertThat(asking.get("/b").isForwarded()).isTrue();
        assertThat(asking.get("/c").answered(200, "x".repeat((1 << 20) + 1),
                MINUTE).turn.use()).isEqualTo(CacheUse.MISS);
        assertThat(asking.get("/c").isForwarded()).isTrue();
        assertThat(asking.cache.store().making()).isZero();
    }

    /** Clients that do not read on keep no memory that others need. */
    @Test
    void whatStandsStillLosesItsRoomToWhatGrows() {
        asking = new Asking(100_000);
        List<Asking.Request> slow = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            Asking.Request request = asking.get("/slow" + i);
            request.turn.head(HttpResponseStatus.OK, Asking.headers(MINUTE), true);
            request.turn.data(Unpooled.wrappedBuffer(new byte[8000]));
            slow.add(request);
        }
        asking.time.pass(2);
        slow.getFirst().turn.data(Unpooled.wrappedBuffer(new byte[10])); // it grows, if slowly
        asking.stored("/a", "x".repeat(8000), MINUTE);
        assertThat(asking.get("/a").isReplied()).isTrue();
        for (Asking.Request request : slow) {
            request.turn.data(Unpooled.wrappedBuffer(new byte[10]));
            request.turn.complete();
            request.turn.end();
        }
        assertThat(asking.get("/slow0").isReplied()).as("it had not stood still").isTrue();
        assertThat(asking.get("/slow1").isForwarded()).isTrue();
        assertThat(asking.get("/slow2").isForwarded()).isTrue();
        assertThat(asking.cache.store().making()).isZero();
    }

    @Test
    void staleAnswersAreServedOnFailureOnlyAsLongAsTheyMay() {
        asking.stored("/a", "one", MINUTE + ", stale-if-error=10", TAG);
        asking.stored("/b", "one", MINUTE + ", must-revalidate, stale-if-error=10", TAG);
        asking.time.pass(65);
        Asking.Request failing = asking.get("/a").answered(503, "down");
        assertThat(Asking.text(failing.instead())).isEqualTo("one");
        assertThat(failing.turn.use()).isEqualTo(CacheUse.STALE);
        Asking.Request broken = asking.get("/a");
        assertThat(Asking.text(Objects.requireNonNull(broken.turn.failed()))).isEqualTo("one");
        broken.turn.end();
        assertThat(asking.get("/b").turn.failed()).isNull();
        asking.time.pass(6);
        assertThat(asking.get("/a").turn.failed()).isNull();
    }

    @Test
    void oneFetchesAnewWhileAllGetTheStaleAnswer() {
        asking.stored("/a", "one", MINUTE + ", stale-while-revalidate=10", TAG);
        asking.time.pass(65);
        Asking.Request first = asking.get("/a");
        Asking.Request second = asking.get("/a");
        assertThat(((CacheStep.Reply) first.next).refresh()).isTrue();
        assertThat(((CacheStep.Reply) second.next).refresh()).isFalse();
        assertThat(first.body() + second.body()).isEqualTo("oneone");
        CacheTurn behind = first.turn.refresh();
        first.turn.end();
        behind.forward(first.sent);
        assertThat(first.sent.get("If-None-Match")).isEqualTo("\"a\"");
        behind.head(HttpResponseStatus.NOT_MODIFIED, Asking.headers(MINUTE), true);
        behind.end();
        assertThat(asking.get("/a").turn.use()).isEqualTo(CacheUse.HIT);
        asking.time.pass(75);
        assertThat(asking.get("/a").isForwarded()).isTrue();
    }

    @Test
    void whatClientsSayAboutCachingCountsOnlyWhereTheRouteWantsIt() {
        asking.stored("/a", "one", MINUTE, TAG);
        assertThat(asking.get("/a", "Cache-Control: no-cache").isReplied()).isTrue();
        asking.rules = new CacheRules(null, null, 0, 1000, List.of(), List.of(), List.of(), List.of(),
                CacheRules.SetCookie.BYPASS, true, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(5));
        asking.time.pass(10);
        for (String wish : List.of("no-cache", "no-store", "max-age=9", "min-fresh=51")) {
            Asking.Request request = asking.get("/a", "Cache-Control: " + wish);
            assertThat(request.isForwarded()).as(wish).isTrue();
            request.turn.end();
        }
        Asking.Request pragma = asking.get("/a", "Pragma: no-cache");
        assertThat(pragma.isForwarded()).isTrue();
        pragma.turn.end();
        assertThat(asking.get("/b", "Cache-Control: only-if-cached").reply().status().code()).isEqualTo(504);
        asking.time.pass(55);
        assertThat(asking.get("/a", "Cache-Control: max-stale=6").isReplied()).isTrue();
        Asking.Request fresher = asking.get("/a", "Cache-Control: max-stale=4");
        assertThat(fresher.isForwarded()).isTrue();
    }

    @Test
    void whatIsStoredAndInTheMakingStaysWithinTheSize() {
        asking = new Asking(100_000);
        for (int i = 0; i < 1000; i++) {
            asking.stored("/" + i, "x".repeat(5000), MINUTE);
            assertThat(asking.cache.status().bytes()).isLessThanOrEqualTo(100_000);
        }
        List<Asking.Request> making = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            Asking.Request request = asking.get("/new" + i);
            request.turn.head(HttpResponseStatus.OK, Asking.headers(MINUTE), true);
            request.turn.data(Unpooled.wrappedBuffer(new byte[5000]));
            making.add(request);
        }
        assertThat(asking.cache.store().making()).isBetween(5000L, 25_000L);
        assertThat(asking.cache.status().bytes()).isLessThanOrEqualTo(100_000);
        making.forEach(request -> request.turn.end());
        assertThat(asking.cache.store().making()).isZero();
    }

    @Test
    void whatIsOfNoUseAnyMoreGoes() {
        asking.stored("/a", "one", MINUTE);
        asking.stored("/b", "one", MINUTE, TAG);
        asking.time.pass(61);
        assertThat(asking.cache.status().entries()).isEqualTo(1);
        asking.time.pass(Duration.ofDays(2).toSeconds());
        assertThat(asking.cache.status().entries()).isZero();
        assertThat(asking.cache.store().urls()).isZero();
    }

    @Test
    void aCookieIsNeverShared() {
        asking.stored("/a", "one", MINUTE, "Set-Cookie: session=1");
        assertThat(asking.get("/a").isForwarded()).isTrue();
        asking.rules = new CacheRules(null, null, 0, 1000, List.of(), List.of(), List.of(), List.of(),
                CacheRules.SetCookie.STRIP, false, Duration.ZERO, Duration.ZERO, Duration.ZERO);
        asking.stored("/b", "one", MINUTE, "Set-Cookie: session=1", "X-Own: 1");
        assertThat(asking.get("/b").reply().headers().contains("Set-Cookie")).isFalse();
    }

    @Test
    void fieldsThatAnAnswerExcludesAreNotStored() {
        asking.stored("/a", "one", "Cache-Control: max-age=60, no-cache=\"x-a, x-b\", private=\"x-c\"",
                "X-A: 1",
                "X-B: 1", "X-C: 1", "X-D: 1");
        CachedReply reply = asking.get("/a").reply();
        assertThat(List.of("X-A", "X-B", "X-C")).noneMatch(reply.headers()::contains);
        assertThat(reply.headers().get("X-D")).isEqualTo("1");
    }

    @Test
    void theStatusSaysWhatTheCacheDid() {
        Asking.Request miss = asking.stored("/a", "one", MINUTE);
        assertThat(status(miss)).isEqualTo("headgate; fwd=miss; stored");
        assertThat(status(asking.get("/a"))).isEqualTo("headgate; hit; ttl=60");
        assertThat(status(asking.new Request(Asking.question("POST", "/a"))))
                .isEqualTo("headgate; fwd=method");
    }

    private static String status(Asking.Request request) {
        var headers = Asking.headers();
        request.turn.tell(headers);
        return String.valueOf(headers.get("Cache-Status"));
    }
}
