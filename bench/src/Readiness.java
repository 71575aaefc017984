import java.util.Optional;
import java.util.function.Supplier;

/** Waits until a started proxy does one unit of its work, for no longer than makes sense. */
record Readiness(Child child, int patienceSeconds) {

    /**
     * A gateway may be up before its members are; one that is still wrong after this time has not got the
     * feature.
     */
    private static final long GRACE = 5_000_000_000L;

    /** Empty once the probe is, else why it will not be. */
    Optional<String> await(Supplier<Optional<String>> probe, long pollMillis) throws InterruptedException {
        long begin = System.nanoTime();
        long giveUp = begin + patienceSeconds * 1_000_000_000L;
        boolean up = false;
        while (true) {
            Optional<String> failure = probe.get();
            if (failure.isEmpty()) {
                return failure;
            }
            if (!child.alive()) {
                return Optional.of("the process has ended; log: " + child.lastWords());
            }
            long now = System.nanoTime();
            if (!up && (failure.get().startsWith("answers") || child.saysStarted())) {
                up = true;
                giveUp = Math.min(giveUp, now + GRACE);
            }
            if (now > giveUp) {
                return failure;
            }
            child.pause(pollMillis);
        }
    }
}
