package io.headgate.l7.route;

import io.headgate.pool.Reason;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/** Answers an authority that wants to know whether a name is ours (RFC 8555, 8.3). */
public final class AcmeChallenge {

    /** What the path of such a request begins with. */
    public static final String PATH = "/.well-known/acme-challenge/";

    private static final Duration LONGEST = Duration.ofSeconds(5);
    private static final List<String> HEADERS = List.of("Content-Type", "application/octet-stream");

    private AcmeChallenge() {
    }

    /**
     * What the fast path does with such a request.
     *
     * @param proofs by the token; decided on any thread
     */
    public static FastRoute route(Function<String, CompletableFuture<Optional<String>>> proofs) {
        RequestEdit edit = draft -> {
            Later later = draft.later(LONGEST, late -> late.refuse(Reason.CREDENTIALS_UNCHECKED));
            CompletableFuture<?> _ = proofs.apply(draft.received().path().substring(PATH.length()))
                    .exceptionally(_ -> Optional.empty())
                    .thenAccept(proof -> later.decide(decided -> answer(decided, proof)));
        };
        return new FastRoute("acme-challenge", List.of(edit), List.of(), List.of(), new Target.Nobody(), null,
                null);
    }

    private static void answer(RequestDraft draft, Optional<String> proof) {
        if (proof.isEmpty()) {
            draft.refuse(Reason.NO_ROUTE);
        } else {
            draft.answer(new Answer(200, HEADERS, proof.get().getBytes(StandardCharsets.US_ASCII)));
        }
    }
}
