package io.headgate.testing;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.invoke.MethodHandle;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/**
 * A client, a gateway and some members as network name spaces of this machine, each member and the client on
 * a wire of its own to the gateway, which forwards packets. Number 0 is the client; the gateway has .1 and
 * the other end .2 of 10.77.N.0/24 and fd77:N::/64. Needs root and Debian's iproute2, nftables and conntrack.
 */
public final class NetworkLab implements AutoCloseable {

    private static final int CLONE_NEWNET = 0x40000000;
    private static final MethodHandle OPEN = call("open", FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT));
    private static final MethodHandle SETNS = call("setns",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final MethodHandle CLOSE = call("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));

    private final List<String> spaces = new ArrayList<>();
    private final String name;

    public NetworkLab(int members) {
        name = unique();
        add("g");
        for (int i = 0; i <= members; i++) {
            String space = add(Integer.toString(i));
            wire(i, space);
            end(space("g"), "w" + i, i, 1);
            end(space, "eth0", i, 2);
            run("ip", "-n", space, "route", "add", "default", "via", address(i, 1));
            run("ip", "-n", space, "route", "add", "default", "via", "fd77:" + i + "::1");
        }
        run("ip", "netns", "exec", space("g"), "sh", "-c",
                "echo 1 >/proc/sys/net/ipv4/ip_forward; echo 1 >/proc/sys/net/ipv6/conf/all/forwarding");
    }

    /**
     * Machines on one switch: 10.77.0.1 for number 0, and so on. Nothing but the switch is in the gateway's
     * name space.
     */
    public static NetworkLab switched(int machines) {
        return new NetworkLab(machines, "sw0");
    }

    private NetworkLab(int machines, String bridge) {
        name = unique();
        add("g");
        run("ip", "-n", space("g"), "link", "add", bridge, "type", "bridge");
        run("ip", "-n", space("g"), "link", "set", bridge, "up");
        for (int i = 0; i < machines; i++) {
            String space = add(Integer.toString(i));
            wire(i, space);
            run("ip", "-n", space("g"), "link", "set", "w" + i, "master", bridge, "up");
            end(space, "eth0", 0, i + 1);
            run("ip", "netns", "exec", space, "sh", "-c", "echo 1 >/proc/sys/net/ipv4/ip_forward");
        }
    }

    private String unique() {
        return "hg" + ProcessHandle.current().pid() + "n"
                + Integer.toHexString(System.identityHashCode(this));
    }

    private void wire(int number, String space) {
        run("ip", "-n", space("g"), "link", "add", "w" + number, "type", "veth", "peer", "name", "eth0",
                "netns", space);
    }

    /** The command with which a program runs on a machine, to be followed by the program. */
    public List<String> on(int machine) {
        return List.of("ip", "netns", "exec", space(Integer.toString(machine)));
    }

    /** Skips a test, visibly; a failure where every test is wanted. */
    public static void assume(String... more) {
        String missing = Stream.concat(Stream.of("ip", "nft", "conntrack"), Stream.of(more))
                .filter(tool -> !isThere(tool))
                .findFirst()
                .orElse("root".equals(System.getProperty("user.name")) ? "" : "root");
        if (!missing.isEmpty() && "required".equals(System.getenv("HEADGATE_REAL_SERVERS"))) {
            throw new AssertionError(missing + " is missing, and HEADGATE_REAL_SERVERS=required wants it");
        }
        assumeTrue(missing.isEmpty(), "skipped: " + missing + " is missing");
    }

    private static boolean isThere(String tool) {
        return Stream.of("/usr/sbin", "/sbin", "/usr/bin", "/bin")
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, tool)));
    }

    private String add(String which) {
        String space = space(which);
        run("ip", "netns", "add", space);
        spaces.add(space);
        run("ip", "-n", space, "link", "set", "lo", "up");
        return space;
    }

    private static void end(String space, String device, int wire, int host) {
        run("ip", "-n", space, "addr", "add", address(wire, host) + "/24", "dev", device);
        run("ip", "-n", space, "addr", "add", "fd77:" + wire + "::" + host + "/64", "dev", device, "nodad");
        run("ip", "-n", space, "link", "set", device, "up");
    }

    private String space(String which) {
        return name + which;
    }

    /** The IPv4 address of the gateway's end (1) or the other end (2) of a wire. */
    public static String address(int wire, int host) {
        return "10.77." + wire + "." + host;
    }

    /** What docs/layer4.md tells to do for {@code source: client}, in the gateway's name space. */
    public void keepAnswers() {
        gateway("sh", "-c", keepingAnswers());
    }

    /** The same as commands of a shell. */
    public static String keepingAnswers() {
        return commands("```");
    }

    /** The part of it that {@link #ignoreAnswers} has undone. */
    public void keepAnswersAgain() {
        gateway("sh", "-c", commands("ip rule"));
    }

    /** From now on, what members answer to clients' addresses goes on to the clients. */
    public void ignoreAnswers() {
        gateway("nft", "flush", "chain", "inet", "headgate_answers", "prerouting");
    }

    private static String commands(String end) {
        try {
            String page = Files.readString(Path.of("docs/layer4.md"));
            int begin = page.indexOf("```sh\nnft -f") + "```sh\n".length();
            return page.substring(begin, page.indexOf(end, begin));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Runs a program in the gateway's name space; returns what it printed, whatever its status. */
    public String gateway(String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", space("g")));
        all.addAll(List.of(command));
        return output(all);
    }

    /**
     * Does something on a thread of the gateway's name space. Threads that it starts are there, too; it must
     * start no virtual one: see {@link #serve}.
     */
    public <T> T inGateway(Callable<T> task) {
        return in(space("g"), task);
    }

    /**
     * Does something on a thread of the client's (0) or a member's name space: a socket stays where it was
     * made.
     */
    public <T> T in(int wire, Callable<T> task) {
        return in(space(Integer.toString(wire)), task);
    }

    /**
     * A server of a member's. Only its socket is made in the name space: a virtual thread that is begun there
     * may need another thread to carry it, which would stay there, and then carry others' virtual threads.
     */
    public RawServer serve(int wire, int port, RawServer.Behaviour behaviour) {
        return new RawServer(in(wire, () -> new ServerSocket(port, 1000)), behaviour);
    }

    private static <T> T in(String space, Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.ofPlatform().daemon().start(() -> {
            try {
                enter(space);
                result.complete(task.call());
            } catch (Throwable e) {
                result.completeExceptionally(e);
            }
        });
        try {
            return result.join();
        } catch (CompletionException e) {
            throw new AssertionError(space + ": " + e.getCause(), e.getCause());
        }
    }

    @SuppressWarnings("restricted")
    private static MethodHandle call(String name, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(Linker.nativeLinker().defaultLookup().findOrThrow(name),
                type);
    }

    private static void enter(String space) throws Throwable {
        try (Arena arena = Arena.ofConfined()) {
            int descriptor = (int) OPEN.invokeExact(arena.allocateFrom("/run/netns/" + space), 0);
            int result = (int) SETNS.invokeExact(descriptor, CLONE_NEWNET);
            int _ = (int) CLOSE.invokeExact(descriptor);
            if (result != 0) {
                throw new AssertionError("setns to " + space + " failed");
            }
        }
    }

    private static void run(String... command) {
        output(List.of(command));
    }

    private static String output(List<String> command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int _ = process.waitFor();
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    public void close() {
        spaces.forEach(space -> run("ip", "netns", "del", space));
    }
}
