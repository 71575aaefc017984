package io.headgate.l7.gateway.admit;

import io.headgate.l7.HeaderNames;
import io.headgate.l7.admit.Knock;
import io.headgate.l7.admit.Rule;
import io.headgate.l7.admit.Verdict;
import io.headgate.l7.route.Answer;
import io.headgate.l7.route.Later;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestEdit;
import io.netty.channel.Channel;
import io.netty.handler.codec.http.HttpHeaders;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** A rule on the fast lane. */
final class AdmissionEdit implements RequestEdit {

    private final Rule rule;
    private final List<String> always;
    private final List<String> identity;
    private final HeaderNames own;

    /** @param always the headers of its answers: those that the filters before it give to all */
    AdmissionEdit(Rule rule, List<String> always) {
        this.rule = rule;
        this.always = always;
        this.identity = rule.identityHeaders();
        this.own = HeaderNames.of(identity);
    }

    private record Asked(RequestDraft draft) implements Knock {

        @Override
        public List<String> header(String name) {
            return draft.headers().getAll(name);
        }

        @Override
        public @Nullable InetAddress address() {
            InetSocketAddress client = draft.client();
            return client == null ? null : client.getAddress();
        }

        @Override
        public String method() {
            return draft.received().method().name();
        }

        @Override
        public String target() {
            return draft.received().target();
        }

        @Override
        public void eachHeader(BiConsumer<String, String> line) {
            draft.headers().forEach(header -> line.accept(header.getKey(), header.getValue()));
        }

        @Override
        public @Nullable Channel connection() {
            return draft.received().connection();
        }
    }

    @Override
    public void apply(RequestDraft draft) {
        take(rule.check(new Asked(draft)), draft);
    }

    private void take(Verdict verdict, RequestDraft draft) {
        switch (verdict) {
            case Verdict.Admitted admitted -> admit(admitted, draft);
            case Verdict.Refused refused ->
                draft.answer(new Answer(refused.status(), refused.headers(), refused.body(), refused.reason())
                        .with(always));
            case Verdict.Pending pending -> await(pending, draft);
        }
    }

    private void await(Verdict.Pending pending, RequestDraft draft) {
        Later later = draft.later(pending.limit(), again -> {
            pending.abandoned().run();
            take(pending.expired(), again);
        });
        later.whenAbandoned(pending.abandoned());
        CompletableFuture<?> _ = pending.decision().whenComplete((decided, failure) -> later
                .decide(again -> take(failure == null ? decided : pending.expired(), again)));
    }

    private void admit(Verdict.Admitted admitted, RequestDraft draft) {
        if (admitted.isPersonal()) {
            draft.personal();
        }
        String user = admitted.user();
        if (user != null) {
            draft.user(user);
        }
        HttpHeaders headers = draft.headers();
        if (!identity.isEmpty()) { // a route made in code is not known where clients' headers are stripped
            headers.names().stream().filter(own::contains).toList().forEach(headers::remove);
        }
        for (int i = 0; i < admitted.removed().size(); i++) {
            headers.remove(admitted.removed().get(i));
        }
        for (int i = 0; i + 1 < admitted.headers().size(); i += 2) {
            headers.set(admitted.headers().get(i), admitted.headers().get(i + 1));
        }
    }
}
