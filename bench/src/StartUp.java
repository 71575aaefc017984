import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.DoubleStream;

/**
 * From exec until the first request has come through, and the memory resident then. Both CPUs are the
 * proxy's: nothing else works meanwhile. Headgate starts as its plain jar and as its image lays it out.
 */
record StartUp() implements Work {

    private static final int POLL_MILLIS = 2;

    /** What is started: a row of the table. */
    private record Way(String label, Contender contender, List<String> command) {}

    String measure(Setup setup, Options options) throws Exception {
        StringBuilder table = new StringBuilder("""
                | proxy | ms to the first proxied answer (min-max) | RSS MB then |
                | --- | ---: | ---: |
                """);
        for (Contender contender : options.contenders()) {
            for (Way way : ways(contender, setup)) {
                table.append("| ").append(way.label).append(row(way, setup, options)).append('\n');
            }
        }
        return table.toString();
    }

    private static List<Way> ways(Contender contender, Setup setup) throws Exception {
        List<Way> ways = new ArrayList<>();
        ways.add(new Way(contender.label(), contender, contender.command(setup)));
        if (contender == Contender.HEADGATE) {
            ImageLayout image = ImageLayout.lay();
            ways.add(new Way("headgate, image without cache", contender, image.command(false)));
            ways.add(new Way("headgate, image with AOT cache", contender, image.command(true)));
        }
        return ways;
    }

    private static String row(Way way, Setup setup, Options options) throws Exception {
        double[] millis = new double[options.rounds()];
        String url = "http://127.0.0.1:" + way.contender.port(setup.entry()) + "/small";
        double[] megabytes = new double[options.rounds()];
        for (int round = 0; round < options.rounds(); round++) {
            System.err.println("start: round " + (round + 1) + ", " + way.label);
            way.contender.configure(setup);
            long begin = System.nanoTime();
            try (Child child = Child.start(Machine.PROXY_CPU + "," + Machine.LOAD_CPU,
                    way.contender.workFolder(), way.command)) {
                Optional<String> failure = new Readiness(child, options.patience())
                        .await(() -> Probe.get(url), POLL_MILLIS);
                if (failure.isPresent()) {
                    return " | not available: %s | |".formatted(failure.get());
                }
                millis[round] = (System.nanoTime() - begin) / 1e6;
                megabytes[round] = child.usage().residentBytes() / 1048576.0;
            } catch (IOException failed) {
                return " | not available: %s | |".formatted(failed.getMessage());
            }
        }
        return " | %s (%s-%s) | %s |".formatted(
                Table.figure(Median.of(DoubleStream.of(millis))),
                Table.figure(DoubleStream.of(millis).min().orElse(0)),
                Table.figure(DoubleStream.of(millis).max().orElse(0)),
                Table.figure(Median.of(DoubleStream.of(megabytes))));
    }
}
