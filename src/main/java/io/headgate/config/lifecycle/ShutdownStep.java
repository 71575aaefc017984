package io.headgate.config.lifecycle;

import org.springframework.context.SmartLifecycle;

/** Something that has to be done in a phase of the shutdown, and has nothing to do at the start. */
abstract sealed class ShutdownStep implements SmartLifecycle permits ShutdownDelay, FastPathDrain, Layer4 {

    private final int phase;
    private volatile boolean running;

    ShutdownStep(int phase) {
        this.phase = phase;
    }

    /** Begins, and calls back when the next phase may begin. */
    abstract void end(Runnable callback);

    @Override
    public void start() {
        running = true;
    }

    @Override
    public void stop(Runnable callback) {
        running = false;
        end(callback);
    }

    @Override
    public void stop() {
        stop(() -> {
        });
    }

    @Override
    public boolean isRunning() {
        return running;
    }

    @Override
    public int getPhase() {
        return phase;
    }
}
