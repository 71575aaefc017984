package io.headgate.l7.fast;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Jazzer's way into the fast path; its corpus is what FastPathFuzzTest takes in every run. */
class FastPathFuzz {

    @FuzzTest(maxDuration = "5m")
    void client(byte[] data) {
        Fuzzing.client(data);
    }

    @FuzzTest(maxDuration = "5m")
    void member(byte[] data) {
        Fuzzing.member(data);
    }
}
