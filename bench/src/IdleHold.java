import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Memory that a proxy holds for a connection on which nothing happens. Each proxy is a fresh process that has
 * done some work before, so that what it allocates once is not counted.
 */
record IdleHold(int connections) implements Work {

    private static final int PROVED = 50;
    private static final int PACE = 100;
    private static final int SETTLE_MILLIS = 1000;
    private static final byte[] REQUEST = "GET /small HTTP/1.1\r\nHost: bench\r\n\r\n"
            .getBytes(StandardCharsets.US_ASCII);

    String measure(Setup setup, Options options) throws Exception {
        StringBuilder table = new StringBuilder(
                """
                        | proxy | connections | RSS MB before | RSS MB with them | bytes for each | connections that still work |
                        | --- | ---: | ---: | ---: | ---: | ---: |
                        """);
        for (Contender contender : options.contenders()) {
            table.append(row(contender, setup, options)).append('\n');
        }
        return table.toString();
    }

    private String row(Contender contender, Setup setup, Options options) throws Exception {
        try (Arena arena = Arena.open(setup, List.of(contender), options)) {
            Load load = WrkLoad.get("/small");
            arena.awaitReady(load, options.patience());
            if (arena.absent().containsKey(contender)) {
                return "| %s | %s | | | | |".formatted(contender.label(), arena.absent().get(contender));
            }
            int port = arena.port(contender);
            load.run(port, contender.jvm() ? Math.max(2, options.warmSeconds() / 4) : 1, options.patience());
            long before = arena.usage(contender).residentBytes();
            List<SocketChannel> held = new ArrayList<>();
            try {
                open(port, held);
                Thread.sleep(SETTLE_MILLIS);
                long with = arena.usage(contender).residentBytes();
                return "| %s | %,d | %.1f | %.1f | %,d | %d of %d tried |".formatted(contender.label(),
                        held.size(),
                        before / 1048576.0, with / 1048576.0, (with - before) / held.size(), prove(held),
                        PROVED);
            } finally {
                for (SocketChannel channel : held) {
                    channel.close();
                }
            }
        } catch (IOException failed) {
            return "| %s | failed: %s | | | | |".formatted(contender.label(), failed.getMessage());
        }
    }

    /** Not faster than a backlog of listeners can take: a proof of memory, not of accepting. */
    private void open(int port, List<SocketChannel> held) throws IOException, InterruptedException {
        var address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        while (held.size() < connections) {
            held.add(SocketChannel.open(address));
            if (held.size() % PACE == 0) {
                Thread.sleep(10);
            }
        }
    }

    /**
     * A proxy that had dropped the connections would look thrifty: some of them, evenly spread, must still
     * carry a request.
     */
    private static int prove(List<SocketChannel> held) {
        int working = 0;
        for (int i = 0; i < PROVED; i++) {
            working += answers(held.get(i * (held.size() / PROVED))) ? 1 : 0;
        }
        return working;
    }

    private static boolean answers(SocketChannel channel) {
        try {
            channel.write(ByteBuffer.wrap(REQUEST));
            channel.socket().setSoTimeout(2000);
            byte[] start = channel.socket().getInputStream().readNBytes("HTTP/1.1 200".length());
            return new String(start, StandardCharsets.US_ASCII).equals("HTTP/1.1 200");
        } catch (IOException dropped) {
            return false;
        }
    }
}
