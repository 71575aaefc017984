package io.headgate.observe.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.health.StatusRanges;
import io.headgate.l7.Lane;
import io.headgate.l7.ServedRequest;
import io.headgate.observe.output.Drops;
import io.headgate.pool.Clock;
import io.headgate.pool.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** Lines in real files. */
class AccessLogTest {

    private static final Rotation NEVER = new Rotation(0, Duration.ZERO, 3);

    @TempDir
    private Path folder;

    private Path file() {
        return folder.resolve("logs/access.log");
    }

    private AccessLog log(Rotation rotation, Selection selection) {
        return new AccessLog(new AccessLogSpec(Layout.of("{target} {status}", List.of()), file(), rotation,
                selection), 2, Clock.SYSTEM);
    }

    private static ServedRequest request(String target, int status, @Nullable Reason reason, long nanos) {
        return new ServedRequest("127.0.0.1", "GET", target, status, reason, Lane.FAST, "web", null, 0, 0, 0,
                nanos);
    }

    private static void serve(AccessLog log, int from, int to) {
        for (int i = from; i < to; i++) {
            log.served(request("/" + i, 200, null, 1));
        }
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(file().getParent())) {
            return files.sorted().toList();
        }
    }

    @Test
    void everyLineIsThereAtTheEndInTheOrderOfItsThread() throws Exception {
        AccessLog log = log(NEVER, Selection.ALL);
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 3; t++) {
            int from = t * 10_000;
            threads.add(Thread.ofPlatform().start(() -> serve(log, from, from + 2_000)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        log.close();
        List<String> lines = Files.readAllLines(file());
        assertThat(lines).hasSize(6_000).allMatch(line -> line.matches("/\\d+ 200"));
        for (int t = 0; t < 3; t++) {
            int of = t;
            List<Integer> numbers = lines.stream()
                    .map(line -> Integer.parseInt(line.substring(1, line.indexOf(' '))))
                    .filter(n -> n / 10_000 == of).toList();
            assertThat(numbers).hasSize(2_000).isSorted();
        }
    }

    @Test
    void aFileThatGrowsTooLargeIsPutAsideAndTheOldestAreDeleted() throws Exception {
        AccessLog log = log(new Rotation(100, Duration.ZERO, 2), Selection.ALL);
        for (int i = 0; i < 6; i++) {
            String target = "/" + i + "x".repeat(80);
            log.served(request(target, 200, null, 1));
            await().until(() -> Files.exists(file()) && Files.readString(file()).startsWith(target));
        }
        log.close();
        assertThat(files()).hasSize(3);
        assertThat(Files.readString(files().get(1))).startsWith("/3");
        assertThat(Files.readString(files().get(2))).startsWith("/4");
        assertThat(Files.readString(file())).startsWith("/5");
    }

    /** Such as /dev/stdout in a container. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aDeviceIsNeverPutAside() throws Exception {
        Files.createDirectories(file().getParent());
        Files.createSymbolicLink(file(), Path.of("/dev/null"));
        long before = Drops.of("access").count();
        AccessLog log = log(new Rotation(1, Duration.ZERO, 2), Selection.ALL);
        serve(log, 0, 10_000); // several writes
        log.close();
        assertThat(files()).containsExactly(file());
        assertThat(Files.isSymbolicLink(file())).isTrue();
        assertThat(Drops.of("access").count()).isEqualTo(before);
    }

    @Test
    void aFileThatSomebodyMovedIsMadeAnewAndNothingIsLost() throws Exception {
        AccessLog log = log(NEVER, Selection.ALL);
        serve(log, 0, 10);
        await().until(() -> Files.exists(file()) && Files.readAllLines(file()).size() == 10);
        Path moved = folder.resolve("moved.log");
        Files.move(file(), moved);
        int[] next = {10};
        await().until(() -> {
            serve(log, next[0], ++next[0]);
            return Files.exists(file());
        });
        log.close();
        assertThat(Stream.concat(Files.readAllLines(moved).stream(), Files.readAllLines(file()).stream())
                .map(line -> line.substring(1, line.indexOf(' '))))
                .containsExactlyElementsOf(Stream.iterate(0, i -> i + 1).limit(next[0]).map(String::valueOf)
                        .toList());
    }

    @Test
    void aFolderThatHasVanishedIsMadeAgain() throws Exception {
        AccessLog log = log(NEVER, Selection.ALL);
        serve(log, 0, 1);
        await().until(() -> Files.exists(file()));
        Files.delete(file());
        Files.delete(file().getParent());
        int[] next = {1};
        await().until(() -> {
            serve(log, next[0], ++next[0]);
            return Files.exists(file());
        });
        log.close();
        assertThat(Files.readAllLines(file())).isNotEmpty();
    }

    @Test
    void whatCannotBeWrittenIsCountedAndNobodyWaits() throws Exception {
        Files.writeString(folder.resolve("logs"), "a file where the folder should be");
        long before = Drops.of("access").count();
        AccessLog log = log(NEVER, Selection.ALL);
        serve(log, 0, 100);
        log.close();
        assertThat(Drops.of("access").count() - before).isEqualTo(100);
    }

    @Test
    void onlyWhatIsAskedForAndAShareOfItWithEveryFailure() throws Exception {
        AccessLog log = log(NEVER, new Selection(StatusRanges.parse("200-299,500-599"), Duration.ofMillis(5),
                Set.of(), Set.of("web"), Set.of(), 0.25));
        long slow = Duration.ofMillis(5).toNanos();
        for (int i = 0; i < 40; i++) {
            log.served(request("/slow", 200, null, slow));
            log.served(request("/quick", 200, null, slow - 1));
            log.served(request("/other", 404, null, slow));
        }
        log.served(request("/failed", 502, Reason.UPSTREAM_RESET, slow));
        log.served(request("/members", 500, null, slow));
        log.close();
        List<String> lines = Files.readAllLines(file());
        assertThat(lines).hasSize(12).contains("/failed 502", "/members 500");
        assertThat(lines).filteredOn("/slow 200"::equals).hasSize(10);
    }
}
