import java.io.IOException;
import java.util.Optional;
import java.util.stream.DoubleStream;

/** From exec until the first request has come through, and the memory resident then. */
record StartUp() implements Work {

    private static final int POLL_MILLIS = 2;

    String measure(Setup setup, Options options) throws Exception {
        StringBuilder table = new StringBuilder("""
                | proxy | ms to the first proxied answer (min-max) | RSS MB then |
                | --- | ---: | ---: |
                """);
        for (Contender contender : options.contenders()) {
            table.append(row(contender, setup, options)).append('\n');
        }
        return table.toString();
    }

    private static String row(Contender contender, Setup setup, Options options) throws Exception {
        double[] millis = new double[options.rounds()];
        String url = "http://127.0.0.1:" + contender.port(setup.entry()) + "/small";
        double[] megabytes = new double[options.rounds()];
        for (int round = 0; round < options.rounds(); round++) {
            System.err.println("start: round " + (round + 1) + ", " + contender.label());
            long begin = System.nanoTime();
            try (Child child = Arena.start(contender, setup)) {
                Optional<String> failure = new Readiness(child, options.patience())
                        .await(() -> Probe.get(url), POLL_MILLIS);
                if (failure.isPresent()) {
                    return "| %s | not available: %s | |".formatted(contender.label(), failure.get());
                }
                millis[round] = (System.nanoTime() - begin) / 1e6;
                megabytes[round] = child.usage().residentBytes() / 1048576.0;
            } catch (IOException failed) {
                return "| %s | not available: %s | |".formatted(contender.label(), failed.getMessage());
            }
        }
        return "| %s | %s (%s-%s) | %s |".formatted(contender.label(),
                Table.figure(Median.of(DoubleStream.of(millis))),
                Table.figure(DoubleStream.of(millis).min().orElse(0)),
                Table.figure(DoubleStream.of(millis).max().orElse(0)),
                Table.figure(Median.of(DoubleStream.of(megabytes))));
    }
}
