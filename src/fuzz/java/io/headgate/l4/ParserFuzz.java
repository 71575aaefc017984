package io.headgate.l4;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Jazzer's way into the parsers; its corpus is what ParserFuzzTest takes in every run. */
class ParserFuzz {

    @FuzzTest(maxDuration = "5m")
    void clientHello(byte[] data) {
        Parsing.clientHello(data);
    }

    @FuzzTest(maxDuration = "5m")
    void proxyHeader(byte[] data) {
        Parsing.proxyHeader(data);
    }
}
