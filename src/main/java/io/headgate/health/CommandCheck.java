package io.headgate.health;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/**
 * Passes when a command ends with status 0. The command runs off the event loop, on a virtual thread. When
 * the check's time is over, or if a process that the command left running still holds its output, everything
 * that the command has started is killed.
 */
record CommandCheck(CheckSpec.Command spec) implements Check {

    private static final List<String> INHERITED = List.of("PATH", "HOME", "LANG", "TZ");

    @Override
    public Future<?> start(CheckedMember target, EventLoop loop, Promise<Finding> finding) {
        Promise<Boolean> ended = loop.newPromise();
        CompletableFuture<Void> over = new CompletableFuture<>();
        finding.addListener(found -> over.complete(null));
        Thread.ofVirtual().name("check " + target.pool() + "/" + target.member()).start(() -> {
            try {
                run(target, finding, over);
            } catch (RuntimeException | IOException e) {
                finding.trySuccess(Finding.failed(e));
            } finally {
                ended.trySuccess(true);
            }
        });
        return ended;
    }

    private void run(CheckedMember target, Promise<Finding> finding, CompletableFuture<Void> over)
            throws IOException {
        Headroom.require();
        String mark = UUID.randomUUID().toString();
        Process process = builder(target, mark).start();
        CommandOutput output = CommandOutput.of(process);
        try {
            process.getOutputStream().close();
            CompletableFuture.anyOf(process.onExit(), over).join();
        } finally {
            if (process.isAlive() || !output.ended()) {
                new ProcessTree(process, mark).kill();
            }
        }
        finding.trySuccess(finding(process, output));
    }

    private ProcessBuilder builder(CheckedMember target, String mark) {
        ProcessBuilder builder = new ProcessBuilder(spec.line()).redirectErrorStream(true);
        Map<String, String> environment = builder.environment();
        environment.keySet().retainAll(INHERITED);
        environment.put("HEADGATE_POOL", target.pool());
        environment.put("HEADGATE_MEMBER", target.member());
        environment.put("HEADGATE_HOST", target.address().host());
        environment.put("HEADGATE_PORT", Integer.toString(target.address().port()));
        environment.put(ProcessTree.MARK, mark);
        return builder;
    }

    private static Finding finding(Process process, CommandOutput output) {
        int status = process.exitValue();
        String said = CheckTexts.line(output.text());
        String detail = said.isEmpty() ? "exit status " + status : "exit status " + status + ": " + said;
        return status == 0 ? Finding.passed(detail) : Finding.failed(detail);
    }
}
