package io.headgate.observe;

import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * Requests since the start, and how many of them were answered within each of some times. Two of these give
 * the quantiles of what came between.
 */
public final class RequestTotals {

    /** Nothing yet. */
    public static final RequestTotals NONE = new RequestTotals();

    private long count;
    private long errors;
    private double[] seconds = {};
    private long[] within = {};

    RequestTotals() {
    }

    /** All, by the class of their status. */
    void add(Timer timer, int statusClass) {
        count += timer.count();
        if (statusClass == 5) {
            errors += timer.count();
        }
        CountAtBucket[] buckets = timer.takeSnapshot().histogramCounts();
        if (within.length == 0) {
            seconds = Arrays.stream(buckets).mapToDouble(bucket -> bucket.bucket(TimeUnit.SECONDS)).toArray();
            within = new long[buckets.length];
        }
        for (int i = 0; i < Math.min(within.length, buckets.length); i++) {
            within[i] += (long) buckets[i].count();
        }
    }

    public long count() {
        return count;
    }

    /** Answers of the class 5xx. */
    public long errors() {
        return errors;
    }

    /**
     * The time within which this share of all requests since an earlier reading was answered, in seconds;
     * zero if there were none. Within a bucket, times are taken to be spread evenly, as PromQL's
     * histogram_quantile does.
     */
    public double quantile(double share, RequestTotals before) {
        double wanted = share * (count - before.count);
        if (wanted <= 0) {
            return 0;
        }
        double below = 0;
        for (int i = 0; i < within.length; i++) {
            double upTo = within[i] - (i < before.within.length ? before.within[i] : 0);
            if (upTo >= wanted) {
                double from = i == 0 ? 0 : seconds[i - 1];
                return from + (seconds[i] - from) * (upTo == below ? 1 : (wanted - below) / (upTo - below));
            }
            below = upTo;
        }
        return seconds.length == 0 ? 0 : seconds[seconds.length - 1];
    }
}
