package io.headgate.l4;

import java.net.InetAddress;

/**
 * Hashes a client's address for the algorithms that hash on it: FNV-1a over its bytes, finished with the
 * mixer of MurmurHash3, because FNV's high bits are weak on short keys.
 */
final class SourceHash {

    private SourceHash() {
    }

    static long of(InetAddress address) {
        long hash = 0xcbf29ce484222325L;
        for (byte b : address.getAddress()) {
            hash = (hash ^ (b & 0xff)) * 0x100000001b3L;
        }
        hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
        hash = (hash ^ (hash >>> 33)) * 0xc4ceb9fe1a85ec53L;
        return hash ^ (hash >>> 33);
    }
}
