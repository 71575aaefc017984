package io.headgate.l7.gateway.spring;

import io.headgate.l7.route.RequestEdit;
import io.headgate.pool.Reason;

/** Tells what becomes of a request of the fast lane whose filter has failed. */
@FunctionalInterface
public interface FilterFailures {

    /** The client is told no more than that it failed. */
    FilterFailures UNTOLD = error -> draft -> draft.refuse(Reason.INTERNAL_ERROR);

    RequestEdit of(Throwable error);
}
