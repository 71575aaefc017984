package io.headgate.security;

import java.util.Arrays;
import java.util.function.ObjIntConsumer;

/** A set of bit prefixes. Node n has its children in slots 2n and 2n + 1. */
final class BitTrie {

    private static final int ABSENT = 0;
    /** Everything below belongs to the set. */
    private static final int ALL = -1;

    private int[] slots = new int[16];
    private int nodes = 1;
    /** The root node's number, or ALL. */
    private int root;

    boolean isEmpty() {
        return root != ALL && slots[0] == ABSENT && slots[1] == ABSENT;
    }

    void add(byte[] key, int length) {
        if (length == 0) {
            root = ALL;
        }
        int node = root;
        for (int i = 0; i < length && node != ALL; i++) {
            int slot = 2 * node + bit(key, i);
            if (i == length - 1) {
                slots[slot] = ALL;
            } else if (slots[slot] == ABSENT) {
                int child = newNode(); // may replace the array
                slots[slot] = child;
            }
            node = slots[slot];
        }
    }

    private int newNode() {
        if (2 * (nodes + 1) > slots.length) {
            slots = Arrays.copyOf(slots, 2 * slots.length);
        }
        return nodes++;
    }

    boolean contains(byte[] key) {
        int node = root;
        for (int i = 0; node != ALL && i < key.length * 8; i++) {
            node = slots[2 * node + bit(key, i)];
            if (node == ABSENT) {
                return false;
            }
        }
        return node == ALL;
    }

    /** Every prefix of the set; none contains another. */
    void forEach(int bits, ObjIntConsumer<byte[]> prefix) {
        forEach(root, new byte[bits / 8], 0, prefix);
    }

    private void forEach(int node, byte[] key, int length, ObjIntConsumer<byte[]> prefix) {
        if (node == ALL) {
            prefix.accept(key.clone(), length);
            return;
        }
        for (int bit = 0; bit <= 1 && length < key.length * 8; bit++) {
            int next = slots[2 * node + bit];
            if (next != ABSENT) {
                byte mask = (byte) (0x80 >> (length & 7));
                key[length >> 3] |= bit == 1 ? mask : 0;
                forEach(next, key, length + 1, prefix);
                key[length >> 3] &= (byte) ~mask;
            }
        }
    }

    private static int bit(byte[] key, int i) {
        return key[i >> 3] >> (7 - (i & 7)) & 1;
    }
}
