package io.headgate.net;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HandshakeQueueTest {

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final EventLoop loop = loops.next();
    private final MockTicker ticker = Ticker.newMockTicker();
    private final HandshakeQueue queue = new HandshakeQueue(loop, ticker);
    private final List<String> events = new ArrayList<>();

    @AfterEach
    void stop() {
        loops.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
    }

    /** A timer runs only after the loop has looked at its sockets. */
    private void handshake(int number, int millis, CompletableFuture<List<String>> last) {
        queue.add(() -> {
            events.add("begins " + number);
            ticker.advance(millis, TimeUnit.MILLISECONDS);
            loop.schedule(() -> {
                events.add("sockets after " + number);
                if (number == 3) {
                    last.complete(events);
                }
            }, 0, TimeUnit.NANOSECONDS);
            if (number == 2 && millis == 0) {
                throw new IllegalStateException("cannot begin");
            }
        });
    }

    private List<String> three(int millis) {
        CompletableFuture<List<String>> last = new CompletableFuture<>();
        loop.execute(() -> {
            for (int number = 1; number <= 3; number++) {
                handshake(number, millis, last);
            }
        });
        return last.orTimeout(30, TimeUnit.SECONDS).join();
    }

    @Test
    void theSocketsAreLookedAtBetweenHandshakesThatTakeTheirTime() {
        assertThat(three(10)).containsExactly("begins 1", "sockets after 1", "begins 2", "sockets after 2",
                "begins 3", "sockets after 3");
    }

    @Test
    void quickOnesBeginTogetherAndOneThatCannotStopsNoOther() {
        assertThat(three(0)).startsWith("begins 1", "begins 2", "begins 3").contains("sockets after 3");
        events.clear();
        assertThat(three(0)).startsWith("begins 1");
    }
}
