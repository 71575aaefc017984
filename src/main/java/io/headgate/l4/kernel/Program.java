package io.headgate.l4.kernel;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;

/** Runs a program to its end, with a text for its standard input. Blocks: never on an event loop. */
final class Program {

    /** A change of some thousand members takes a tenth of a second; this is for a machine in distress. */
    private static final long LIMIT_SECONDS = 30;

    private Program() {
    }

    /**
     * What it printed.
     *
     * @param output to its standard output
     * @param error to its standard error
     */
    record Result(int status, String output, String error) {

        boolean succeeded() {
            return status == 0;
        }
    }

    /**
     * Runs it, for as long as it prints something now and then.
     *
     * @throws IOException if it cannot be started, or neither ends nor prints anything for a while
     */
    static Result run(List<String> command, String input) throws IOException {
        Process process = new ProcessBuilder(command).start();
        AtomicLong used = new AtomicLong();
        try {
            CompletableFuture<String> error = new CompletableFuture<>();
            CompletableFuture<String> output = new CompletableFuture<>();
            read(process.errorReader(UTF_8), error, used);
            read(process.inputReader(UTF_8), output, used);
            AtomicBoolean killed = watch(process, used);
            try (OutputStream stdin = process.getOutputStream()) {
                stdin.write(input.getBytes(UTF_8));
            } catch (IOException e) {
                // it has ended without reading, and says why
            }
            int status = process.waitFor();
            if (killed.get()) {
                throw new IOException(command.getFirst() + " has neither ended nor printed anything for "
                        + LIMIT_SECONDS + " s");
            }
            return new Result(status, output.join(), error.join());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command.getFirst() + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /**
     * The same for a long output, of which each line is used as it comes. It may last as long as lines come.
     *
     * @throws IOException also if the program fails, with the first line of what it said then
     */
    static void lines(List<String> command, Consumer<String> each) throws IOException {
        Process process = new ProcessBuilder(command).start();
        AtomicLong used = new AtomicLong();
        AtomicBoolean killed = watch(process, used);
        try (BufferedReader output = process.inputReader(UTF_8)) {
            CompletableFuture<String> error = new CompletableFuture<>();
            process.getOutputStream().close();
            read(process.errorReader(UTF_8), error, used);
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                used.incrementAndGet();
                each.accept(line); // which may take long itself
                used.incrementAndGet();
            }
            if (process.waitFor() != 0) {
                throw new IOException(killed.get()
                        ? command.getFirst() + " has printed nothing for " + LIMIT_SECONDS + " s"
                        : error.join().lines().findFirst().orElse(command.getFirst() + " failed").strip());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(command.getFirst() + " was interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    /** Kills it if nothing of what it prints was used for a while, and says so. */
    private static AtomicBoolean watch(Process process, AtomicLong used) {
        AtomicBoolean killed = new AtomicBoolean();
        Thread.ofPlatform().daemon().name("headgate-kernel-watch").start(() -> {
            try {
                for (long before = 0; !process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS);) {
                    long now = used.get();
                    if (now == before) {
                        killed.set(true);
                        process.destroyForcibly();
                        return;
                    }
                    before = now;
                }
            } catch (InterruptedException e) {
                process.destroyForcibly();
            }
        });
        return killed;
    }

    private static void read(BufferedReader reader, CompletableFuture<String> text, AtomicLong used) {
        Thread.ofPlatform().daemon().name("headgate-kernel-output").start(() -> {
            StringBuilder all = new StringBuilder();
            try (reader) {
                for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                    used.incrementAndGet();
                    all.append(line).append('\n');
                }
            } catch (IOException e) {
                all.setLength(0);
            }
            text.complete(all.toString());
        });
    }
}
