package io.headgate.l4;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l4.ClientHello.Finding;
import io.headgate.l4.ClientHello.Hello;
import io.headgate.l4.ClientHello.Incomplete;
import io.headgate.l4.ClientHello.NotTls;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClientHelloTest {

    private static final byte[] HELLO = Hellos.of("Orders.Example.org", "h2", "http/1.1");

    @Test
    void nameAndProtocolsAreRead() {
        assertThat(read(HELLO)).isEqualTo(new Hello("orders.example.org", List.of("h2", "http/1.1")));
        assertThat(read(Hellos.of(null))).isEqualTo(new Hello(null, List.of()));
    }

    @Test
    void whatFollowsTheHelloDoesNotMatter() {
        assertThat(read(Arrays.copyOf(HELLO, HELLO.length + 100))).isInstanceOf(Hello.class);
    }

    @Test
    void everyBeginningIsIncompleteAndNeedsMoreThanItHas() {
        for (int length = 0; length < HELLO.length; length++) {
            int there = length;
            assertThat(read(Arrays.copyOf(HELLO, length))).isInstanceOfSatisfying(Incomplete.class,
                    i -> assertThat(i.needed()).isBetween(there + 1, HELLO.length));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {10, 100, 200})
    void theMessageMayBeSpreadOverRecords(int size) {
        byte[] spread = Hellos.inRecordsOf(size, HELLO);
        assertThat(read(spread)).isEqualTo(read(HELLO));
        assertThat(read(Arrays.copyOf(spread, spread.length - 1))).isInstanceOf(Incomplete.class);
    }

    @Test
    void aFloodOfTinyRecordsIsRefused() {
        assertThat(read(Hellos.inRecordsOf(1, HELLO))).isInstanceOf(NotTls.class);
    }

    @Test
    void somethingElseIsRecognisedByItsFirstBytes() {
        for (String other : List.of("GET / HTTP/1.1\r\n\r\n", "SSH-2.0-OpenSSH", "\0\0\0\b\4\322\26/")) {
            assertThat(read(other.getBytes(US_ASCII))).isInstanceOf(NotTls.class);
        }
    }

    @Test
    void aNameWithOddCharactersIsRefused() {
        byte[] odd = HELLO.clone();
        odd[indexOf(odd, "Orders")] = 0;
        assertThat(read(odd)).isInstanceOf(NotTls.class);
    }

    @Test
    void noBytesMakeItFail() {
        Random random = new Random(42);
        for (int i = 0; i < 50_000; i++) {
            byte[] bytes = HELLO.clone();
            for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
            }
            assertThat(read(Arrays.copyOf(bytes, random.nextInt(bytes.length + 1)))).isNotNull();
        }
    }

    private static int indexOf(byte[] bytes, String text) {
        return new String(bytes, ISO_8859_1).indexOf(text);
    }

    private static Finding read(byte[] bytes) {
        ByteBuf buffer = Unpooled.wrappedBuffer(bytes);
        Finding finding = ClientHello.read(buffer);
        assertThat(buffer.readerIndex()).isZero();
        return finding;
    }
}
