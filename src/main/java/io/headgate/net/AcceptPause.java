package io.headgate.net;

import io.netty.channel.Channel;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;

/**
 * Stops accepting at one listening socket while there are as many clients as {@link Descriptors} has room
 * for. Belongs to that socket's event loop. Others may stop accepting too, so the owner says how to go on.
 */
@SuppressWarnings("FutureReturnValueIgnored") // the loop may have ended, and the socket with it
public final class AcceptPause {

    private final Descriptors descriptors;
    private final Channel socket;
    private final Runnable goOn;
    private boolean holding;

    /**
     * A pause that has not begun.
     *
     * @param goOn accepts again, unless something else forbids it; not called once the socket is closed
     */
    public AcceptPause(Descriptors descriptors, Channel socket, Runnable goOn) {
        this.descriptors = descriptors;
        this.socket = socket;
        this.goOn = goOn;
    }

    /** While this is so, nobody may switch accepting on. */
    public boolean isHolding() {
        return holding;
    }

    /** A client was accepted. Begins the pause if it was one too many. */
    public void accepted() {
        if (!descriptors.isFull()) {
            return;
        }
        socket.config().setAutoRead(false);
        if (!holding) {
            holding = true;
            descriptors.whenFree(this::endOnLoop);
        }
    }

    private void endOnLoop() {
        try {
            socket.eventLoop().execute(this::end);
        } catch (RejectedExecutionException e) { // the loop has ended: nobody waits at this socket
            descriptors.calm();
        }
    }

    private void end() {
        holding = false;
        try {
            if (socket.isOpen()) {
                goOn.run();
            }
        } finally {
            lookLater();
        }
    }

    private void lookLater() {
        socket.eventLoop().schedule(() -> {
            if (!holding && !descriptors.calm()) {
                lookLater();
            }
        }, Descriptors.PAUSE.toMillis(), TimeUnit.MILLISECONDS);
    }
}
