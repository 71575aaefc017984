package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.CorruptedFrameException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The bytes are what protoc-generated code writes for the same messages. */
class GrpcHealthTest {

    @Test
    void asksForTheServerAsAWholeWithAnEmptyMessage() {
        assertThat(ByteBufUtil.hexDump(GrpcHealth.request(""))).isEqualTo("0000000000");
    }

    @Test
    void asksForAServiceByName() {
        assertThat(ByteBufUtil.hexDump(GrpcHealth.request("shop"))).isEqualTo("0000000006" + "0a0473686f70");
        assertThat(ByteBufUtil.hexDump(GrpcHealth.request("x".repeat(200))))
                .startsWith("00000000cb" + "0ac801" + "78");
    }

    @ParameterizedTest
    @CsvSource({"0000000000, UNKNOWN", "0000000002 0800, UNKNOWN", "0000000002 0801, SERVING",
            "0000000002 0802, NOT_SERVING", "0000000002 0803, SERVICE_UNKNOWN", "0000000002 0809, UNKNOWN",
            "000000000b 08ffffffffffffffffff01, UNKNOWN",
            "0000000016 1005 1a026869 210102030405060708 2d01020304 0801, SERVING"})
    void readsTheStatusAndSkipsWhatItDoesNotKnow(String bytes, GrpcHealth.Status status) {
        assertThat(GrpcHealth
                .response(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(bytes.replace(" ", "")))))
                .isEqualTo(status);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "00000000", "0100000000", "0000000001", "000000000108", "000000000208",
            "0000000001ff",
            "00000000020a05", "000000000221ff", "00000000030affff", "000000000133", "00000000040affffff"})
    void refusesWhatIsNoAnswer(String bytes) {
        assertThatThrownBy(
                () -> GrpcHealth.response(Unpooled.wrappedBuffer(ByteBufUtil.decodeHexDump(bytes))))
                .isInstanceOf(CorruptedFrameException.class);
    }
}
