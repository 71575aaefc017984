package io.headgate.l4.kernel;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.l4.Engine;
import io.headgate.l4.ListenerSpec;
import io.headgate.pool.Address;
import io.headgate.pool.MemberSpec;
import io.headgate.testing.ListenerBuilder;
import io.headgate.testing.NetworkLab;
import io.headgate.testing.PoolBuilder;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a machine lacks is told as one fault that says what to do, and nothing is changed on it. */
class MachineTest {

    private static final int PORT = 5432;
    private static final int CLONE_NEWNS = 0x20000;
    private static final int PR_CAPBSET_DROP = 24;
    private static final long CAP_NET_ADMIN = 12;
    private static NetworkLab lab;

    @TempDir
    private Path folder;

    @BeforeAll
    static void lab() {
        NetworkLab.assume();
        lab = new NetworkLab(1);
    }

    @AfterAll
    static void end() {
        if (lab != null) {
            lab.close();
        }
    }

    /** What a thread does to itself, and to the programs that are begun there. */
    @FunctionalInterface
    private interface Change {

        void make() throws Throwable;
    }

    private static void refused(Change change, String what, String action) {
        CompletableFuture<Gateway> started = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                change.make();
                ListenerSpec spec = ListenerBuilder.tcp("db", new Address("0.0.0.0", PORT), "pool").spec()
                        .withEngine(new Engine.Kernel(true, false, Duration.ZERO, false));
                started.complete(Gateway.over(lab, PoolBuilder.pool("pool",
                        MemberSpec.of(new Address(NetworkLab.address(1, 2), PORT))).spec(), spec));
            } catch (Throwable e) {
                started.completeExceptionally(e);
            }
        });
        assertThatThrownBy(() -> started.join().close()).isInstanceOf(CompletionException.class)
                .hasStackTraceContaining(what).hasStackTraceContaining(action);
        assertThat(lab.gateway("nft", "list", "tables")).isEmpty();
        assertThatThrownBy(() -> lab.in(0, () -> {
            try (Socket socket = new Socket()) {
                socket.connect(new InetSocketAddress(NetworkLab.address(0, 1), PORT), 20_000);
                return true;
            }
        })).hasCauseInstanceOf(ConnectException.class);
    }

    @SuppressWarnings("restricted")
    private static MethodHandle call(String name, FunctionDescriptor type, Linker.Option... options) {
        return Linker.nativeLinker().downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(name),
                type, options);
    }

    /** From now on, this thread and the programs that it begins see another file there. */
    private static void replace(String program, Path by) throws Throwable {
        int apart = (int) call("unshare", FunctionDescriptor.of(JAVA_INT, JAVA_INT)).invokeExact(CLONE_NEWNS);
        assertThat(apart).isZero();
        run("mount", "--make-rprivate", "/");
        Path found = List.of(Path.of("/usr/sbin"), Path.of("/sbin"), Path.of("/usr/bin")).stream()
                .map(place -> place.resolve(program)).filter(Files::isExecutable).findFirst().orElseThrow();
        run("mount", "--bind", by.toString(), found.toRealPath().toString());
    }

    private static void run(String... command) throws IOException {
        Program.Result result = Program.run(List.of(command), "");
        assertThat(result.error()).isEmpty();
    }

    @Test
    void withoutTheCapability() {
        refused(() -> {
            int dropped = (int) call("prctl", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_LONG),
                    Linker.Option.firstVariadicArg(1)).invokeExact(PR_CAPBSET_DROP, CAP_NET_ADMIN);
            assertThat(dropped).isZero();
        }, "the process may not change the kernel's rules", "Give it the capability CAP_NET_ADMIN");
    }

    @Test
    void withoutNft() {
        refused(() -> replace("nft", Path.of("/dev/null")), "the program nft cannot be run",
                "Install the package nftables");
    }

    @Test
    void withoutConntrack() {
        refused(() -> replace("conntrack", Path.of("/dev/null")), "the program conntrack cannot be run",
                "Install the package conntrack");
    }

    @Test
    void withAKernelThatDoesNotKnowARule() throws IOException {
        Path older = Files.writeString(folder.resolve("nft"), """
                #!/bin/sh
                echo "/dev/stdin:9:1-59: Error: Could not process rule: No such file or directory" >&2
                exit 1
                """);
        Files.setPosixFilePermissions(older, PosixFilePermissions.fromString("rwxr-xr-x"));
        refused(() -> replace("nft", older), "the kernel or nft does not know a rule that it needs",
                "Use Linux 5.10 and nftables 1.0 or later");
    }

    @Test
    void whereNothingIsForwarded() {
        lab.gateway("sh", "-c", "echo 0 >/proc/sys/net/ipv4/ip_forward");
        try {
            refused(() -> {
            }, "net.ipv4.ip_forward is 0", "sysctl -w net.ipv4.ip_forward=1");
        } finally {
            lab.gateway("sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward");
        }
    }
}
