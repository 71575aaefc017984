package io.headgate.l7.route;

import io.headgate.l7.Https;
import java.util.List;
import java.util.Objects;

/** Sends clients to another port by https: same host, same target, same method and body (308). */
public final class HttpsRedirect {

    /** Stands where a route's id would. */
    public static final String ID = "https-redirect";
    public static final int STATUS = 308;

    private HttpsRedirect() {
    }

    /** What the fast path does with every request of a listener that redirects. */
    public static FastRoute route(int port) {
        RequestEdit answer = draft -> draft.answer(new Answer(STATUS, List.of("Location",
                Https.location(Objects.requireNonNull(draft.received().host()), port,
                        draft.received().target()))));
        return new FastRoute(ID, List.of(answer), List.of(), List.of(), new Target.Nobody(), null, null);
    }
}
