package io.headgate.pool;

import java.net.InetSocketAddress;
import org.jspecify.annotations.Nullable;

/**
 * Hashes what a request is balanced on, the same on every replica and in every process: FNV-1a, finished with
 * the mixer of MurmurHash3, because FNV's high bits are weak on short keys.
 */
public final class KeyHash {

    private static final long BASIS = 0xcbf29ce484222325L;
    private static final long PRIME = 0x100000001b3L;

    private KeyHash() {
    }

    /** The hash of a text, such as a header's value; allocates nothing. */
    public static long of(CharSequence key) {
        long hash = BASIS;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * PRIME;
        }
        return mix(hash);
    }

    /** The hash of bytes, such as an IP address. */
    public static long of(byte[] key) {
        long hash = BASIS;
        for (byte b : key) {
            hash = (hash ^ (b & 0xff)) * PRIME;
        }
        return mix(hash);
    }

    /** The hash of a client's address without its port; 0 if there is none. */
    public static long of(@Nullable InetSocketAddress client) {
        return client == null || client.getAddress() == null ? 0 : of(client.getAddress().getAddress());
    }

    /** Spreads every bit of the number over all of the result. */
    static long mix(long number) {
        long hash = (number ^ (number >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
