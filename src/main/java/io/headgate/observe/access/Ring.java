package io.headgate.observe.access;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Lines on their way from one event loop to the writer: a ring of bytes with one producer and one consumer,
 * without a lock. {@code head} and {@code tail} count bytes since the beginning; each is written by one side
 * alone, and released after the bytes that it tells of.
 */
final class Ring {

    private final byte[] bytes;
    private final int mask;
    private final AtomicLong head = new AtomicLong();
    private final AtomicLong tail = new AtomicLong();
    /** What the producer last saw of {@code tail}. */
    private long freed;

    /**
     * Starts empty.
     *
     * @param size in bytes, a power of two
     */
    Ring(int size) {
        bytes = new byte[size];
        mask = size - 1;
    }

    /** Takes a line, if there is room for the whole of it. For the producer. */
    boolean offer(byte[] line, int length) {
        long at = head.getPlain();
        if (at + length - freed > bytes.length) {
            freed = tail.getAcquire();
            if (at + length - freed > bytes.length) {
                return false;
            }
        }
        int index = (int) at & mask;
        int first = Math.min(length, bytes.length - index);
        System.arraycopy(line, 0, bytes, index, first);
        System.arraycopy(line, first, bytes, 0, length - first);
        head.setRelease(at + length);
        return true;
    }

    /** Whether the writer should come before its time. For the producer. */
    boolean isFilling() {
        long held = head.getPlain() - freed;
        if (held > bytes.length / 2) {
            freed = tail.getAcquire();
            held = head.getPlain() - freed;
        }
        return held > bytes.length / 2;
    }

    /** Copies what there is, as far as it fits, and leaves it in the ring. For the consumer. */
    int peek(byte[] to) {
        long from = tail.getPlain();
        int length = (int) Math.min(head.getAcquire() - from, to.length);
        int index = (int) from & mask;
        int first = Math.min(length, bytes.length - index);
        System.arraycopy(bytes, index, to, 0, first);
        System.arraycopy(bytes, 0, to, first, length - first);
        return length;
    }

    /** So many bytes are written. For the consumer. */
    void free(int length) {
        tail.setRelease(tail.getPlain() + length);
    }
}
