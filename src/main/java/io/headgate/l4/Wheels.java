package io.headgate.l4;

import io.netty.channel.EventLoop;
import io.netty.util.concurrent.Ticker;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Each event loop's {@link Wheel}. */
final class Wheels {

    private final Map<EventLoop, Wheel> byLoop = new ConcurrentHashMap<>();
    private final Ticker ticker;

    Wheels(Ticker ticker) {
        this.ticker = ticker;
    }

    Wheel of(EventLoop loop) {
        Wheel wheel = byLoop.get(loop);
        return wheel != null ? wheel : byLoop.computeIfAbsent(loop, l -> new Wheel(l, ticker));
    }
}
