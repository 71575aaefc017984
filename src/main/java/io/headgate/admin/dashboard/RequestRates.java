package io.headgate.admin.dashboard;

import io.headgate.observe.RequestTotals;
import java.util.function.Supplier;

/** How the requests of the last second went. */
final class RequestRates {

    private final Supplier<RequestTotals> totals;
    private final Increase requests = new Increase();
    private final Increase failures = new Increase();
    private RequestTotals before = RequestTotals.NONE;
    private double rate;
    private double errors;
    private double half;
    private double most;

    RequestRates(Supplier<RequestTotals> totals) {
        this.totals = totals;
    }

    void count(double seconds) {
        RequestTotals now = totals.get();
        rate = requests.perSecond(now.count(), seconds);
        errors = failures.perSecond(now.errors(), seconds);
        half = now.quantile(0.5, before);
        most = now.quantile(0.99, before);
        before = now;
    }

    /** A second. */
    double rate() {
        return rate;
    }

    /** Answers of the class 5xx, a second. */
    double errors() {
        return errors;
    }

    /** The time within which half of them were answered, in seconds. */
    double half() {
        return half;
    }

    /** The same for 99 %. */
    double most() {
        return most;
    }
}
