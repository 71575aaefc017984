package io.headgate.l7.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Clock;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is stored on disk, before and after the process has started again. */
class DiskTest {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String HOUR = "Cache-Control: max-age=3600";
    private static final long SIZE = OnDisk.LEAST;
    /** Of memory: few answers have room. */
    private static final long LITTLE = 100_000;
    private static final int KILLS = Integer.getInteger("cache.kills", 1);

    private static final ScheduledExecutorService LOOP = Executors.newSingleThreadScheduledExecutor();

    @TempDir
    private Path folder;
    private final Moments time = new Moments();
    private @Nullable Asking asking;

    @AfterEach
    void end() {
        if (asking != null) {
            asking.cache.close();
        }
    }

    @AfterAll
    static void stop() {
        LOOP.shutdownNow();
    }

    private Asking start() {
        return start(1 << 20);
    }

    private Asking start(long memory) {
        Asking started = open(memory, folder);
        await().atMost(LONG).until(() -> state(started).equals("on"));
        return started;
    }

    private Asking open(long memory, Path path) {
        end();
        Asking opened = new Asking(memory, new OnDisk(path, SIZE, Duration.ofMillis(50)), time);
        asking = opened;
        return opened;
    }

    private static String state(Asking of) {
        return status(of).state();
    }

    private static OnDisk.Status status(Asking of) {
        return Objects.requireNonNull(of.cache.onDisk());
    }

    /** What a request gets, "" if a member is to be asked. */
    private static String got(Asking from, String target, String... headers) {
        Asking.Request request = from.get(target, headers);
        if (request.next instanceof CacheStep.Wait) {
            CountDownLatch read = new CountDownLatch(1);
            request.turn.await(LOOP, read::countDown);
            try {
                assertThat(read.await(60, TimeUnit.SECONDS)).isTrue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            request.next = request.turn.lookAgain();
        }
        String body = request.isReplied() ? request.body() : "";
        request.turn.end();
        return body;
    }

    private static void written(Asking by, int answers) {
        await().atMost(LONG).until(() -> status(by).entries() >= answers);
    }

    @Test
    void whatIsStoredIsThereAfterARestart() {
        Asking before = start();
        before.stored("/a", "one", HOUR, "X-Kind: kept");
        before.get("/b", "Accept-Language: de").answered(200, "zwei", HOUR, "Vary: Accept-Language");
        before.get("/b", "Accept-Language: en").answered(200, "two", HOUR, "Vary: Accept-Language");
        before.stored("/empty", "", HOUR);
        time.pass(100);
        Asking after = start();
        assertThat(status(after).entries()).isEqualTo(4);
        assertThat(got(after, "/b", "Accept-Language: de")).isEqualTo("zwei");
        assertThat(got(after, "/b", "Accept-Language: en")).isEqualTo("two");
        assertThat(got(after, "/b", "Accept-Language: fr")).isEmpty();
        assertThat(got(after, "/a")).isEqualTo("one");
        Asking.Request again = after.get("/a"); // from memory now
        assertThat(again.reply().headers().get("X-Kind")).isEqualTo("kept");
        assertThat(again.reply().headers().get("Age")).isEqualTo("100");
        time.pass(3500);
        assertThat(got(after, "/a")).as("stale").isEmpty();
    }

    @Test
    void whatHasNoRoomInMemoryIsReadFromDisk() {
        Asking small = start(LITTLE);
        for (int i = 0; i < 50; i++) {
            small.stored("/" + i, i + "x".repeat(12_000), HOUR);
        }
        written(small, 50);
        assertThat(small.cache.entries()).isLessThan(10);
        for (int i = 0; i < 50; i++) {
            assertThat(got(small, "/" + i)).isEqualTo(i + "x".repeat(12_000));
        }
        assertThat(small.cache.store().making()).isZero();
    }

    @Test
    void whatIsNoLongerGoodDoesNotComeBack() {
        Asking before = start();
        for (String target : List.of("/url", "/changed", "/prefix/a", "/tagged", "/newer", "/kept")) {
            before.stored(target, "old", HOUR, "Surrogate-Key: t" + target.substring(1));
        }
        written(before, 6);
        assertThat(before.cache.purgeUrl("example.org/url")).isOne();
        assertThat(before.cache.purgePrefix("example.org/prefix/")).isOne();
        assertThat(before.cache.purgeTag("ttagged")).isOne();
        before.new Request(Asking.question("POST", "/changed")).answered(204, "");
        before.rules = new CacheRules(null, null, 0, CacheRules.MAX_ENTRY, List.of(), List.of(), List.of(),
                List.of(), CacheRules.SetCookie.BYPASS, true, Duration.ZERO, Duration.ZERO, Duration.ZERO);
        before.get("/newer", "Cache-Control: no-cache").answered(200, "new", HOUR);
        Asking after = start();
        assertThat(Stream.of("/url", "/changed", "/prefix/a", "/tagged", "/newer", "/kept")
                .map(target -> got(after, target))).containsExactly("", "", "", "", "new", "old");
    }

    /** What was stored for a tenant is nothing for the user of the same number. */
    @Test
    void whatHadOtherKeyNamesBeforeARestartIsNotServed() {
        Asking before = start();
        before.rules = keyed(List.of("X-Tenant"), List.of("t"));
        before.get("/a", "X-Tenant: 7", "Cookie: t=7").answered(200, "tenant", HOUR);
        Asking after = start();
        assertThat(status(after).entries()).isOne();
        after.rules = keyed(List.of("X-User"), List.of("t"));
        assertThat(got(after, "/a", "X-User: 7", "Cookie: t=7")).isEmpty();
        after.rules = keyed(List.of("X-Tenant"), List.of("u"));
        assertThat(got(after, "/a", "X-Tenant: 7", "Cookie: u=7")).isEmpty();
        after.rules = keyed(List.of("X-Tenant"), List.of("t"));
        assertThat(got(after, "/a", "X-Tenant: 7", "Cookie: t=7")).isEqualTo("tenant");
    }

    private static CacheRules keyed(List<String> headers, List<String> cookies) {
        return new CacheRules(null, null, 0, CacheRules.MAX_ENTRY, headers, cookies, List.of(), List.of(),
                CacheRules.SetCookie.BYPASS, false, Duration.ZERO, Duration.ZERO, Duration.ZERO);
    }

    @Test
    void aPurgeCountsWhatIsOnDiskAlone() {
        Asking before = start();
        before.stored("/a", "one", HOUR);
        before.stored("/b", "two", HOUR);
        written(before, 2);
        Asking after = start();
        assertThat(got(after, "/a")).isEqualTo("one");
        assertThat(after.cache.purgeAll()).isEqualTo(2);
        assertThat(got(after, "/a") + got(after, "/b")).isEmpty();
        assertThat(status(after).entries()).isZero();
    }

    /** What becomes no longer good while it is not yet known what lies there. */
    @Test
    void whatIsChangedDuringTheStartIsNotFoundAfterwards() throws IOException {
        Asking before = start();
        before.stored("/a", "one", HOUR);
        before.stored("/b", "two", HOUR);
        before.cache.close();
        DiskIndex index = new DiskIndex();
        Missed missed = new Missed();
        missed.add("example.org/a");
        try (DiskFiles files = DiskFiles.open(folder, new DiskFiles.Limits(SIZE, SIZE), index, time.clock)) {
            files.load(missed);
        }
        assertThat(index.count()).isOne();
        assertThat(index.find(Asking.question("GET", "/b").key(CacheRules.DEFAULT), Asking.headers()))
                .isNotNull();
    }

    @Test
    void theFilesStayWithinTheirSizeAndKeepWhatIsAskedFor() throws IOException {
        Asking small = start(LITTLE);
        String body = "x".repeat(12_000);
        small.stored("/asked", "asked" + body, HOUR);
        written(small, 1);
        for (int i = 0; i < 3000; i++) {
            small.stored("/" + i, i + body, HOUR);
            if (i % 100 == 0) {
                assertThat(got(small, "/asked")).isEqualTo("asked" + body);
                int stored = i;
                await().atMost(LONG).until(() -> small.cache.isWritten());
                assertThat(size()).as("after %d", stored).isLessThanOrEqualTo(SIZE);
            }
        }
        await().atMost(LONG).until(() -> small.cache.isWritten()); // what does not fit waits for nobody
        small.stored("/last", "last" + body, HOUR);
        await().atMost(LONG).until(() -> small.cache.isWritten());
        assertThat(got(small, "/0")).isEmpty();
        assertThat(got(small, "/last")).isEqualTo("last" + body);
        Asking after = start(LITTLE);
        assertThat(got(after, "/asked")).isEqualTo("asked" + body);
    }

    private long size() throws IOException {
        return files(folder).stream().mapToLong(file -> file.toFile().length()).sum();
    }

    private static List<Path> files(Path in) throws IOException {
        try (Stream<Path> files = Files.list(in)) {
            return files.filter(file -> file.toString().endsWith(".data")).sorted().toList();
        }
    }

    /** Each byte that can be wrong, and each place where a file can end. */
    @Test
    void whatIsNotAsItWasWrittenIsNotServed() throws IOException {
        Asking before = start();
        before.stored("/a", "one" + "x".repeat(300), HOUR);
        before.stored("/b", "two" + "x".repeat(300), HOUR);
        before.cache.close();
        Path file = files(folder).getFirst();
        byte[] good = Files.readAllBytes(file);
        int lost = 0;
        for (int at = 0; at < good.length; at++) {
            byte[] bad = good.clone();
            bad[at] ^= (byte) (1 << at % 8);
            lost += 2 - readable(bad);
            lost += 2 - readable(Arrays.copyOf(good, at));
        }
        assertThat(lost).isGreaterThanOrEqualTo(2 * good.length - 2);
        assertThat(readable(good)).isEqualTo(2);
    }

    /** How many of the two can be read; they must be what they were. */
    private int readable(byte[] bytes) throws IOException {
        Path copy = Files.createDirectories(folder.resolve("copy"));
        Path file = copy.resolve("1");
        Files.write(file, bytes);
        DiskFile opened = DiskFile.existing(file, 1);
        int count = 0;
        try {
            DiskFile.Head head = opened.head(0);
            for (long at = 0; head != null; head = opened.head(at)) {
                List<byte[]> body = opened.body(head.frame(), at);
                if (head.frame().live() && body != null) {
                    String is = head.meta().key().url().endsWith("/a") ? "one" : "two";
                    assertThat(new String(body.getFirst(), StandardCharsets.ISO_8859_1))
                            .isEqualTo(is + "x".repeat(300));
                    count++;
                }
                at += head.frame().length();
            }
        } finally {
            opened.close();
        }
        return count;
    }

    @Test
    void aBodyThatHasRottenIsAskedForAgain() throws IOException {
        Asking before = start();
        before.stored("/a", "one" + "x".repeat(300), HOUR);
        before.cache.close();
        Path file = files(folder).getFirst();
        byte[] bytes = Files.readAllBytes(file);
        bytes[bytes.length - 1] ^= 1;
        Files.write(file, bytes);
        Asking after = start();
        assertThat(status(after).entries()).isOne();
        assertThat(got(after, "/a")).isEmpty();
        assertThat(status(after).broken()).isOne();
        assertThat(status(after).entries()).isZero();
    }

    /** The marks of a machine that has crashed since: another start of it, and no orderly end. */
    @Test
    void afterACrashOfTheMachineNothingIsTrusted() throws IOException {
        Asking before = start();
        before.stored("/a", "one", HOUR);
        before.cache.close();
        Files.writeString(folder.resolve("headgate-cache.lock"), "another start");
        assertThat(got(start(), "/a")).isEmpty();
        assertThat(size()).isZero();
    }

    @Test
    void twoProcessesNeverShareAFolder() {
        Asking first = start();
        first.stored("/a", "one", HOUR);
        written(first, 1);
        Asking second = new Asking(1 << 20, new OnDisk(folder, SIZE, Duration.ofMillis(50)), time);
        try {
            second.stored("/a", "two", HOUR);
            assertThat(got(second, "/a")).isEqualTo("two");
            assertThat(state(second)).isEqualTo("loading");
            first.cache.close();
            await().atMost(LONG).until(() -> state(second).equals("on"));
            assertThat(got(second, "/a")).isEqualTo("two");
        } finally {
            second.cache.close();
        }
    }

    @Test
    void aFolderThatCannotBeUsedStopsNothingAndIsUsedOnceItCan() throws IOException {
        Path taken = folder.resolve("taken");
        Files.writeString(taken, "a file");
        Asking asks = open(1 << 20, taken);
        asks.stored("/a", "one", HOUR);
        assertThat(got(asks, "/a")).isEqualTo("one");
        Files.delete(taken);
        await().atMost(LONG).until(() -> state(asks).equals("on"));
        asks.stored("/b", "two", HOUR);
        written(asks, 1);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFolderThatVanishesIsMadeAgain(boolean whole) throws IOException {
        Path gone = folder.resolve("gone");
        Asking asks = open(LITTLE, gone);
        await().atMost(LONG).until(() -> state(asks).equals("on"));
        String body = "x".repeat(15_000);
        int[] count = new int[1];
        for (; count[0] < 50; count[0]++) {
            asks.stored("/" + count[0], count[0] + body, HOUR);
        }
        await().atMost(LONG).until(asks.cache::isWritten);
        try (Stream<Path> files = Files.walk(gone)) {
            for (Path file : files.sorted((a, b) -> b.compareTo(a)).toList()) {
                if (whole || !file.equals(gone)) {
                    Files.delete(file);
                }
            }
        }
        await().atMost(LONG).until(() -> {
            asks.stored("/" + count[0], count[0] + body, HOUR);
            count[0]++;
            return Files.exists(gone) && !files(gone).isEmpty();
        });
        assertThat(got(asks, "/" + (count[0] - 1))).isEqualTo(count[0] - 1 + body);
    }

    /** Killed at any moment, also in the middle of writing. {@code -Dcache.kills=N} kills it more often. */
    @Test
    @Timeout(value = 60, unit = TimeUnit.MINUTES)
    void aProcessThatIsKilledLeavesNothingWrong() throws Exception {
        Random random = new Random(1);
        Map<String, Long> purged = new HashMap<>();
        long found = 0;
        for (int run = 1; run <= KILLS; run++) {
            Process process = new ProcessBuilder(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx64m",
                    "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-cp",
                    System.getProperty("java.class.path"), DiskWriter.class.getName(), folder.toString(),
                    String.valueOf(run)).redirectError(ProcessBuilder.Redirect.INHERIT).start();
            try (BufferedReader told = process.inputReader()) {
                int purges = random.nextInt(400);
                for (int i = 0; i < purges; i++) {
                    note(Objects.requireNonNull(told.readLine()), purged);
                }
                process.toHandle().destroyForcibly(); // which leaves open what it has told
                process.waitFor();
                told.lines().filter(line -> line.matches("/\\d+ \\d+")).forEach(line -> note(line, purged));
            }
            found += check(purged);
        }
        assertThat(found).as("answers that were there after a kill").isGreaterThan(10L * KILLS);
    }

    private static void note(String line, Map<String, Long> purged) {
        String[] parts = line.split(" ", 2);
        purged.merge(parts[0], Long.parseLong(parts[1]), Math::max);
    }

    private long check(Map<String, Long> purged) {
        long found = 0;
        ResponseCache cache = new ResponseCache(1 << 20, true, new OnDisk(folder, DiskWriter.SIZE),
                Clock.SYSTEM);
        try {
            await().atMost(LONG).until(() -> Objects.requireNonNull(cache.onDisk()).state().equals("on"));
            Asking reading = new Asking(cache);
            for (int i = 0; i < DiskWriter.URLS; i++) {
                String target = "/" + i;
                String body = got(reading, target);
                if (!body.isEmpty()) {
                    long version = Long.parseLong(body.substring(body.indexOf(' ') + 1, body.indexOf(';')));
                    assertThat(body).isEqualTo(DiskWriter.body(target, version,
                            body.length() - (target + ' ' + version + ';').length()));
                    assertThat(version).as(target).isGreaterThan(purged.getOrDefault(target, 0L));
                    found++;
                }
            }
            return found;
        } finally {
            cache.close();
        }
    }
}
