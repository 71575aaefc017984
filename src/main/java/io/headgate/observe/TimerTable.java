package io.headgate.observe;

import io.micrometer.core.instrument.Timer;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.IntFunction;
import java.util.function.ObjIntConsumer;

/**
 * Timers by number, each made when it is first asked for. If two threads ask at once, the registry gives both
 * the same one.
 */
final class TimerTable {

    private final AtomicReferenceArray<Timer> timers;
    private final IntFunction<Timer> make;

    TimerTable(int size, IntFunction<Timer> make) {
        this.timers = new AtomicReferenceArray<>(size);
        this.make = make;
    }

    /** Calls for each timer that has been asked for. */
    void forEach(ObjIntConsumer<Timer> each) {
        for (int i = 0; i < timers.length(); i++) {
            Timer timer = timers.get(i);
            if (timer != null) {
                each.accept(timer, i);
            }
        }
    }

    Timer at(int index) {
        Timer timer = timers.get(index);
        if (timer == null) {
            timer = make.apply(index);
            timers.set(index, timer);
        }
        return timer;
    }
}
