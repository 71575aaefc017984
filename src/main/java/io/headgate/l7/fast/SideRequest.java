package io.headgate.l7.fast;

import io.headgate.l7.Repeatable;
import io.headgate.l7.SideRequests.SideAnswer;
import io.headgate.l7.route.FastRoute;
import io.headgate.l7.route.RequestDraft;
import io.headgate.l7.route.RequestEdit;
import io.headgate.l7.route.Target;
import io.headgate.pool.Attempts;
import io.headgate.pool.Reason;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http.EmptyHttpHeaders;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.util.ReferenceCountUtil;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** A request of Headgate's own, whose answer is kept: an exchange that has no client. */
final class SideRequest extends Nobody {

    /** Each request that waits for its answer can take so much. */
    private static final int LARGEST = 16 * 1024;
    /** Makes its headers ones that were edited: they are framed and extended anew. */
    private static final RequestEdit EDITED = draft -> {
        // who asks has
    };

    private final CompletableFuture<SideAnswer> answer;
    private final ByteArrayOutputStream body = new ByteArrayOutputStream(0);
    private int status;
    private HttpHeaders headers = EmptyHttpHeaders.INSTANCE;
    private boolean tooLarge;

    private SideRequest(ClientOrigin origin, CompletableFuture<SideAnswer> answer) {
        super(origin);
        this.answer = answer;
    }

    /** The route of questions to a pool. */
    static FastRoute route(String pool) {
        return new FastRoute("side-request", List.of(EDITED), List.of(), List.of(), new Target.OfPool(pool),
                null,
                null);
    }

    /** Asks, on the client's event loop. */
    static void ask(ClientOrigin origin, FastRoute route, HttpRequest request,
            CompletableFuture<SideAnswer> answer) {
        if (answer.isDone()) {
            return;
        }
        Worker worker = origin.worker();
        SideRequest question = new SideRequest(origin, answer);
        Exchange mine = new Exchange(new RequestContext(question, worker, route,
                new RequestDraft(origin.view(request, worker.services().random()), route), request,
                RequestHead.of(request), new Attempts(Repeatable.MAX_ATTEMPTS), worker.now(), null));
        question.of(mine);
        CompletableFuture<?> _ = answer.whenComplete((told, failure) -> {
            if (answer.isCancelled()) {
                worker.loop().execute(question::close);
            }
        });
        try {
            mine.fetch();
        } catch (RuntimeException | Error e) {
            mine.broken(e);
        }
    }

    @Override
    public void write(Object message) {
        if (message instanceof HttpResponse head
                && head.status().codeClass() != HttpStatusClass.INFORMATIONAL) {
            status = head.status().code();
            headers = head.headers();
        }
        if (message instanceof HttpContent part) {
            keep(part.content());
        }
        ReferenceCountUtil.release(message);
    }

    private void keep(ByteBuf bytes) {
        tooLarge |= body.size() + bytes.readableBytes() > LARGEST;
        if (!tooLarge) {
            try {
                bytes.getBytes(bytes.readerIndex(), body, bytes.readableBytes());
            } catch (IOException e) {
                throw new IllegalStateException("memory takes all", e);
            }
        }
    }

    /** All that had come is read. What is not kept is not read to its end. */
    @Override
    public void flush() {
        if (tooLarge && exchange() != null) {
            told(null);
            close();
        }
    }

    @Override
    public void told(@Nullable Reason reason) {
        if (reason != null) {
            answer.completeExceptionally(new IOException(reason.code()));
        } else {
            answer.complete(new SideAnswer(status, headers, tooLarge ? new byte[0] : body.toByteArray()));
        }
    }
}
