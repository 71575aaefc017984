package io.headgate.l7.fast;

import io.headgate.l7.Lane;
import io.headgate.l7.ServedRequest;
import io.headgate.pool.Reason;
import org.jspecify.annotations.Nullable;

/** Tells of a request at its end. */
final class Report {

    private final Worker worker;
    private final ClientConnection client;
    private final RequestHead head;
    private final String route;
    private final Attempts attempts;
    private final long start;

    Report(Worker worker, ClientConnection client, RequestHead head, String route, Attempts attempts) {
        this.worker = worker;
        this.client = client;
        this.head = head;
        this.route = route;
        this.attempts = attempts;
        this.start = worker.now();
    }

    void tell(int status, @Nullable Reason reason, long bytesIn, long bytesOut) {
        worker.surroundings().listener()
                .served(new ServedRequest(client.address(), head.method(), head.target(), status,
                        reason, Lane.FAST, route, attempts.last(), attempts.count(), bytesIn, bytesOut,
                        worker.now() - start));
    }
}
