package io.headgate.l7.route;

import io.headgate.l7.RequestTracer;
import io.headgate.pool.Reason;
import io.netty.handler.codec.http.HttpHeaders;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A request on its way to a member, as the edits of its route change it, and what they decide about it: each
 * goes on, answers, refuses, or takes its time. Belongs to one request and one thread.
 */
public final class RequestDraft extends EditedRequest {

    private int edited;
    private @Nullable Later later;
    private @Nullable Answer answer;
    private @Nullable Reason refusal;
    private @Nullable BreakerCall breaker;
    private @Nullable Runnable over;
    private boolean personal;
    private List<String> refusalHeaders = List.of();
    private RequestTracer.@Nullable Trace trace;
    private @Nullable String user;
    private @Nullable BodyLimit bodyLimit;
    private @Nullable BodyChange bodyChange;
    private List<String> toClient = List.of();
    private @Nullable OwnAnswerEdit last;
    private @Nullable GrpcWeb grpcWeb;

    /** Starts as the request was received. Header edits go to the received request's own headers. */
    public RequestDraft(RequestView received, FastRoute route) {
        super(received, route);
    }

    /**
     * Makes the route's edits in their order, up to one that answers, refuses, or takes its time. Goes on
     * after that one when it is called again and what it waited for is decided.
     */
    public void edit() {
        Later decided = later;
        RequestEdit then = decided == null ? null : decided.decision();
        if (then != null) {
            later = null;
            then.apply(this);
        }
        List<RequestEdit> edits = route.requestEdits();
        while (edited < edits.size() && goesOn()) {
            edits.get(edited++).apply(this);
        }
    }

    private boolean goesOn() {
        return answer == null && refusal == null && later == null;
    }

    /**
     * Takes time for the edit that is being made: those that follow wait. Little is read from the client
     * meanwhile.
     *
     * @param limit how long, more than zero
     * @param expired what happens when that time is up, in the place of the decision
     */
    public Later later(Duration limit, RequestEdit expired) {
        Later decision = new Later(limit, expired);
        later = decision;
        return decision;
    }

    /** What the edits wait for; null if nothing is awaited. */
    public @Nullable Later pending() {
        return later;
    }

    /** The request is over: nothing is awaited any more. */
    public void abandon() {
        Runnable last = over;
        if (last != null) {
            over = null;
            last.run();
        }
        Later undecided = later;
        if (undecided != null) {
            later = null;
            undecided.abandon();
        }
    }

    /** Somebody follows the request. */
    public void trace(RequestTracer.Trace followed) {
        trace = followed;
    }

    public RequestTracer.@Nullable Trace trace() {
        return trace;
    }

    /** The id of the route. */
    public String route() {
        return route.id();
    }

    /** Ends the request here; the edits that follow are not made. */
    public void answer(Answer instead) {
        answer = instead;
    }

    public @Nullable Answer answer() {
        return answer;
    }

    /** Ends the request here, with the answer that belongs to this reason. */
    public void refuse(Reason reason) {
        refuse(reason, List.of());
    }

    /**
     * Ends the request here, with the answer that belongs to this reason.
     *
     * @param headers the answer's too, names and values in turn
     */
    public void refuse(Reason reason, List<String> headers) {
        refusal = reason;
        refusalHeaders = headers;
    }

    /** Asks the route's circuit breaker, at its place among the edits, whether the request may go on. */
    public void askBreaker() {
        Breaking breaking = route.breaking();
        if (breaking != null) {
            BreakerCall call = new BreakerCall(breaking, this);
            breaker = call;
            if (call.isRefused()) {
                refuse(Reason.CIRCUIT_OPEN);
            }
        }
    }

    /** The circuit breaker's verdict plays no part any more. */
    public void forgetBreaker() {
        breaker = null;
    }

    /** Null before the circuit breaker's place among the edits, and for a route without one. */
    public @Nullable BreakerCall breaker() {
        return breaker;
    }

    /** This runs once when the request is over, or has become a tunnel. */
    public void whenOver(Runnable action) {
        Runnable before = over;
        over = before == null ? action : () -> {
            before.run();
            action.run();
        };
    }

    /** The headers that the refusal's answer gets, names and values in turn. */
    public List<String> refusalHeaders() {
        return refusalHeaders;
    }

    public @Nullable Reason refusal() {
        return refusal;
    }

    /** Headers, names and values in turn, that the client gets with whatever answer comes, before its own. */
    public void toClient(List<String> headers) {
        toClient = headers;
    }

    /** Those headers. */
    public List<String> toClient() {
        return toClient;
    }

    /** Adds those headers to an answer. */
    public void addToClient(HttpHeaders answer) {
        List<String> added = toClient;
        if (added.isEmpty()) {
            return;
        }
        Map<String, List<String>> byName = new LinkedHashMap<>();
        for (int i = 0; i + 1 < added.size(); i += 2) {
            byName.computeIfAbsent(added.get(i), name -> new ArrayList<>()).add(added.get(i + 1));
        }
        byName.forEach((name, values) -> {
            values.addAll(answer.getAll(name));
            answer.set(name, values);
        });
    }

    /** This is done to the head of an answer that no member gives, after all else. */
    public void lastly(OwnAnswerEdit edit) {
        last = edit;
    }

    /** Completes the head of an answer that no member gives. */
    public void complete(int status, HttpHeaders answer) {
        addToClient(answer);
        if (last != null) {
            last.apply(status, answer);
        }
    }

    /** A change to the head of an answer of Headgate's own. */
    @FunctionalInterface
    public interface OwnAnswerEdit {

        void apply(int status, HttpHeaders answer);
    }

    /** Whether the route lets a request of this origin pass, and what its answer tells a browser. */
    public void applyCors() {
        Cors cors = route.cors();
        if (cors != null) {
            cors.apply(this);
        }
    }

    /** It comes from a page, and goes to the member as a call of gRPC. */
    public void grpcWeb(GrpcWeb call) {
        grpcWeb = call;
    }

    /** Null if it is no call of gRPC-Web. */
    public @Nullable GrpcWeb grpcWeb() {
        return grpcWeb;
    }

    /** Who sends it, as one of the edits has found out. */
    public void user(String name) {
        user = name;
    }

    @Override
    public @Nullable String user() {
        return user;
    }

    /** One of the edits has looked at who sends it: an answer may be meant for nobody else. */
    public void personal() {
        personal = true;
    }

    public boolean isPersonal() {
        return personal;
    }

    /** The body is changed on its way to the member, after the changes that there are already. */
    public void changeBody(BodyChange change) {
        bodyChange = bodyChange == null ? change : bodyChange.then(change);
    }

    /** What changes the body on its way to the member; null for nothing. */
    public @Nullable BodyChange bodyChange() {
        return bodyChange;
    }

    /** The body may not be larger than this; of two limits the lower holds. */
    public void limitBody(BodyLimit limit) {
        if (bodyLimit == null || limit.bytes() < bodyLimit.bytes()) {
            bodyLimit = limit;
        }
    }

    public @Nullable BodyLimit bodyLimit() {
        return bodyLimit;
    }
}
