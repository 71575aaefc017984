package io.headgate.l4;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;

/** A long stream of bytes that is told apart from any other, and from itself shifted. */
final class Pattern {

    private static final int BLOCK = 999_983; // a prime number: no shift by whole pages goes unseen
    private static final int CHUNK = 256 * 1024;

    private Pattern() {
    }

    private static byte[] data(long seed) {
        byte[] block = new byte[BLOCK];
        new Random(seed).nextBytes(block);
        byte[] longer = Arrays.copyOf(block, BLOCK + CHUNK);
        System.arraycopy(block, 0, longer, BLOCK, CHUNK);
        return longer;
    }

    /** Sends so many bytes and ends the sending. */
    static void send(Socket socket, long size, long seed) throws IOException {
        sendOn(socket, size, seed);
        socket.shutdownOutput();
    }

    /** Sends so many bytes. */
    static void sendOn(Socket socket, long size, long seed) throws IOException {
        byte[] data = data(seed);
        OutputStream out = socket.getOutputStream();
        for (long sent = 0; sent < size;) {
            int chunk = (int) Math.min(CHUNK, size - sent);
            out.write(data, (int) (sent % BLOCK), chunk);
            sent += chunk;
        }
    }

    /** Reads to the end; how much came. */
    static long check(InputStream in, long seed) throws IOException {
        return check(in, 0, Long.MAX_VALUE, seed);
    }

    /** Reads from one place to another or the end; the place that was reached. */
    static long check(InputStream in, long from, long to, long seed) throws IOException {
        byte[] data = data(seed);
        byte[] buffer = new byte[CHUNK];
        long received = from;
        while (received < to) {
            int n = in.read(buffer, 0, (int) Math.min(CHUNK, to - received));
            if (n < 0) {
                break;
            }
            int at = (int) (received % BLOCK);
            if (!Arrays.equals(buffer, 0, n, data, at, at + n)) {
                throw new AssertionError("wrong bytes after " + received);
            }
            received += n;
        }
        return received;
    }

    /** At the same time as something else; a connection that breaks ends it. */
    static <T> CompletableFuture<T> meanwhile(Callable<T> task) {
        CompletableFuture<T> result = new CompletableFuture<>();
        Thread.startVirtualThread(() -> {
            try {
                result.complete(task.call());
            } catch (Exception | AssertionError e) {
                result.completeExceptionally(e);
            }
        });
        return result;
    }
}
