package io.headgate.l7.fast;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.DefaultHttpRequest;
import io.netty.handler.codec.http.DefaultLastHttpContent;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A request that nobody else sends: by its method, path, body and header its answer can be told from any
 * other.
 */
record Question(String id, HttpMethod method, String body) {

    private static final List<HttpMethod> METHODS = List.of(HttpMethod.GET, HttpMethod.GET, HttpMethod.POST,
            HttpMethod.PUT, HttpMethod.DELETE, HttpMethod.HEAD);

    static Question of(int number, Random random) {
        HttpMethod method = METHODS.get(random.nextInt(METHODS.size()));
        boolean hasBody = method.equals(HttpMethod.POST) || method.equals(HttpMethod.PUT);
        return new Question(Integer.toString(number), method,
                hasBody ? "body " + number + "x".repeat(random.nextInt(10) == 0 ? 2_000 : 4) : "");
    }

    HttpRequest head() {
        HttpRequest head = new DefaultHttpRequest(HttpVersion.HTTP_1_1, method, "/item/" + id);
        head.headers().set("Host", "h").set("X-Id", id);
        if (!body.isEmpty()) {
            head.headers().set("Content-Length", body.length());
        }
        return head;
    }

    LastHttpContent end() {
        return new DefaultLastHttpContent(Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1));
    }

    /** Sends it: mostly at once, at times its body later, and at times nobody waits for the answer. */
    @SuppressWarnings("FutureReturnValueIgnored") // how the connection ends tells what any of them could
    void send(ChannelHandlerContext ctx, Random random) {
        LastHttpContent end = end();
        ctx.write(head());
        switch (random.nextInt(50)) {
            case 0 -> { // the body comes later
                ctx.flush();
                ctx.executor().execute(() -> ctx.writeAndFlush(end));
            }
            case 1 -> { // nobody waits for the answer
                ctx.writeAndFlush(end);
                ctx.executor().execute(ctx::close);
            }
            default -> ctx.writeAndFlush(end);
        }
    }

    private boolean isAnsweredBy(FullHttpResponse answer) {
        String asked = method + " /item/" + id + " ";
        String told = answer.content().toString(StandardCharsets.ISO_8859_1);
        return id.equals(answer.headers().get("X-Id"))
                && (told.equals(method.equals(HttpMethod.HEAD) ? "" : asked + body)
                        || told.equals(asked + "early"));
    }

    /** How all of them ended. */
    static final class Ends {

        final List<String> wrong = new CopyOnWriteArrayList<>();
        final AtomicInteger served = new AtomicInteger();
        final AtomicInteger refused = new AtomicInteger();
        final AtomicInteger closed = new AtomicInteger();

        int count() {
            return served.get() + refused.get() + closed.get();
        }

        /** Of one that was cut off it can be seen. */
        void answered(Question question, FullHttpResponse answer) {
            if (!answer.decoderResult().isSuccess()) {
                closed.incrementAndGet();
            } else if (answer.status().code() >= 500) {
                refused.incrementAndGet();
            } else {
                served.incrementAndGet();
                if (!question.isAnsweredBy(answer)) {
                    wrong.add(question + " got " + answer + " "
                            + answer.content().toString(StandardCharsets.ISO_8859_1));
                }
            }
        }

        @Override
        public String toString() {
            return "served " + served + ", refused " + refused + ", closed " + closed;
        }
    }
}
