package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.net.EventLoops;
import io.headgate.net.Transport;
import io.headgate.testing.Hoard;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

@DisabledOnOs(value = OS.WINDOWS, disabledReason = "the commands are a POSIX shell's")
class CommandCheckTest {

    private static final Duration LONG = Duration.ofSeconds(10);
    private static final Duration SHORT = Duration.ofMillis(500);

    private final EventLoops loops = new EventLoops(Transport.best(), 1);

    @AfterEach
    void close() {
        loops.close();
    }

    @Test
    void theExitStatusDecidesAndTheOutputIsKept() throws InterruptedException {
        assertThat(run(LONG, "true")).isEqualTo(Finding.passed("exit status 0"));
        assertThat(run(LONG, "false")).isEqualTo(Finding.failed("exit status 1"));
        assertThat(shell(LONG, "echo out; echo err >&2; exit 3"))
                .isEqualTo(Finding.failed("exit status 3: out err"));
    }

    @Test
    void withoutDescriptorsItIsNotStartedAndNobodyElseLosesOne() throws Exception {
        assertThat(run(LONG, "true").passed()).isTrue(); // loads all classes
        try (Hoard hoard = new Hoard()) {
            hoard.takeAll();
            for (int i = 0; i < 5; i++) {
                Finding finding = run(LONG, "true");
                assertThat(finding.passed()).isFalse();
                assertThat(finding.ours()).as(finding.detail()).isTrue();
                hoard.giveOneBack(); // with one it can be counted how many there are
            }
            assertThat(hoard.isWhole()).isTrue();
        }
        assertThat(run(LONG, "true").passed()).isTrue();
    }

    @Test
    void theEnvironmentNamesTheMemberAndHoldsNoSecretOfOurs() throws InterruptedException {
        assertThat(shell(LONG, "echo $HEADGATE_POOL/$HEADGATE_MEMBER $HEADGATE_HOST:$HEADGATE_PORT"))
                .isEqualTo(Finding.passed("exit status 0: web/a 127.0.0.1:80"));
        assertThat(run(LONG, "env").detail()).doesNotContain("JAVA").doesNotContain("MAVEN");
    }

    @Test
    void argumentsAreNoShellCode() throws InterruptedException {
        assertThat(run(LONG, "echo", "$HOME; exit 1"))
                .isEqualTo(Finding.passed("exit status 0: $HOME; exit 1"));
    }

    @Test
    void aCommandThatIsNotThereFails() throws InterruptedException {
        Finding finding = run(LONG, "/no/such/command");
        assertThat(finding.passed()).isFalse();
        assertThat(finding.detail()).contains("/no/such/command");
    }

    @Test
    void aCommandThatHangsIsKilledWithItsChildren(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path pids = folder.resolve("pids");
        assertThat(shell(SHORT, "echo $$ >> '" + pids + "'; sleep 1000 & echo $! >> '" + pids + "'; wait"))
                .isEqualTo(Finding.failed("no answer within 500 ms"));
        assertGone(pids, 2);
    }

    @Test
    void aGrandchildThatNobodyWaitsForIsKilledToo(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path pids = folder.resolve("pids");
        shell(SHORT, "(setsid sleep 1000 & echo $! >> '" + pids + "'); echo $$ >> '" + pids
                + "'; exec sleep 1000");
        assertGone(pids, 2);
    }

    @Test
    void aChildThatOutlivesTheCommandAndHoldsItsOutputIsKilled(@TempDir Path folder)
            throws IOException, InterruptedException {
        Path pids = folder.resolve("pids");
        assertThat(shell(LONG, "sleep 1000 & echo $! > '" + pids + "'; echo fine"))
                .isEqualTo(Finding.passed("exit status 0: fine"));
        assertGone(pids, 1);
    }

    @Test
    void aFloodOfOutputIsReadAndForgotten() throws InterruptedException {
        Finding finding = shell(LONG, "head -c 10000000 /dev/zero | tr '\\0' x");
        assertThat(finding.passed()).isTrue();
        assertThat(finding.detail()).hasSizeLessThan(300).startsWith("exit status 0: xxx");
    }

    @Test
    void aCommandThatWaitsForInputGetsNone() throws InterruptedException {
        assertThat(run(LONG, "cat")).isEqualTo(Finding.passed("exit status 0"));
    }

    private static void assertGone(Path pids, int count) throws IOException {
        List<String> lines = Files.readAllLines(pids);
        assertThat(lines).hasSize(count);
        for (String line : lines) {
            await().untilAsserted(() -> assertThat(alive(Long.parseLong(line))).as(line).isFalse());
        }
    }

    /** A killed process that nobody has waited for yet is still in the table. */
    private static boolean alive(long pid) throws IOException {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        return Files.exists(stat) && !Files.readString(stat).contains(") Z ");
    }

    private Finding shell(Duration timeout, String script) throws InterruptedException {
        return run(timeout, "sh", "-c", script);
    }

    private Finding run(Duration timeout, String... line) throws InterruptedException {
        return CheckRun.of(new CommandCheck(new CheckSpec.Command(List.of(line))), loops.next(), 80, timeout);
    }
}
