/** What a load generator saw in one go: units of work, time taken, errors, and latencies in milliseconds. */
record Sample(double units, double seconds, long errors, double p50, double p99, double p999) {

    double rate() {
        return units / seconds;
    }
}
