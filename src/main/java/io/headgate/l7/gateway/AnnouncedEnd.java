package io.headgate.l7.gateway;

import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.AsciiString;
import io.netty.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import reactor.netty.Connection;
import reactor.netty.http.client.HttpClient;

/**
 * Closes an idle connection one second before its member does, if the member announces the time ({@code
 * Keep-Alive: timeout=5}). Otherwise a request could be lost that crosses the member's close. A connection
 * stops being idle when a request takes it, not when the request is written: Reactor Netty first collects the
 * body of a GET or DELETE, and that body would be lost if the connection ended meanwhile.
 */
final class AnnouncedEnd extends ChannelInboundHandlerAdapter {

    private static final Pattern TIMEOUT = Pattern.compile("(?:^|[,;\\s])timeout\\s*=\\s*(\\d{1,9})\\b",
            Pattern.CASE_INSENSITIVE);
    private static final AsciiString NAME = AsciiString.cached("keep-alive");
    private static final long NONE = -1;

    private long seconds = NONE;
    private @Nullable Future<?> end;

    /** A client whose requests stop the close. */
    static HttpClient watched(HttpClient client) {
        return client.doOnRequest((request, connection) -> {
            AnnouncedEnd announced = connection.channel().pipeline().get(AnnouncedEnd.class);
            if (announced != null) {
                announced.taken();
            }
        });
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        if (message instanceof HttpResponse head) {
            seconds = announced(head.headers());
        }
        if (message instanceof LastHttpContent && seconds != NONE) {
            if (seconds <= 1) {
                Connection.from(ctx.channel()).markPersistent(false);
            } else {
                end = ctx.executor().schedule(() -> ctx.close(), seconds - 1, TimeUnit.SECONDS);
            }
        }
        ctx.fireChannelRead(message);
    }

    private static long announced(HttpHeaders headers) {
        String terms = headers.get(NAME);
        Matcher timeout = terms == null ? null : TIMEOUT.matcher(terms);
        return timeout != null && timeout.find() ? Long.parseLong(timeout.group(1)) : NONE;
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext ctx) {
        taken();
    }

    /** It is not idle any more. */
    void taken() {
        Future<?> set = end;
        end = null;
        if (set != null) {
            set.cancel(false);
        }
    }
}
