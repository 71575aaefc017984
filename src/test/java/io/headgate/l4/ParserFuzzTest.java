package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * The parsers of what anybody may send first. An ordinary run takes the kept inputs and a bounded number of
 * seeded mutations; {@code JAZZER_FUZZ=1 ./mvnw test -Dtest=ParserFuzzTest} fuzzes until it finds something.
 */
class ParserFuzzTest {

    private static final int MUTATIONS = 5_000;
    private static final List<byte[]> HELLOS = List.of(Hellos.of("a.example.test", "h2", "http/1.1"),
            Hellos.of(null), Hellos.inRecordsOf(60, Hellos.of("b.example.test")));
    private static final List<byte[]> HEADERS = List.of(
            "PROXY TCP4 203.0.113.7 127.0.0.1 5555 8080\r\nrest".getBytes(StandardCharsets.US_ASCII),
            "PROXY TCP6 2001:db8::7 ::1 5555 8080\r\n".getBytes(StandardCharsets.US_ASCII),
            HexFormat.of().parseHex("0d0a0d0a000d0a515549540a2111000ccb0071077f00000115b31f90"),
            HexFormat.of().parseHex(
                    "0d0a0d0a000d0a515549540a2111001dcb0071077f00000115b31f90" + "020004612e6263"
                            + "20000701000000000000"));

    @FuzzTest
    void clientHello(byte[] data) {
        ByteBuf bytes = Unpooled.wrappedBuffer(data);
        ClientHello.Finding whole = ClientHello.read(bytes);
        assertThat(bytes.readableBytes()).isEqualTo(data.length);
        if (whole instanceof ClientHello.Incomplete incomplete) {
            assertThat(incomplete.needed()).isGreaterThan(data.length);
        }
        ClientHello.Finding half = ClientHello.read(bytes.slice(0, data.length / 2));
        if (half instanceof ClientHello.NotTls || half instanceof ClientHello.Hello) {
            assertThat(whole).isEqualTo(half); // what comes later changes nothing
        }
    }

    @FuzzTest
    void proxyHeader(byte[] data) {
        EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
        int middle = data.length / 2;
        try {
            channel.writeInbound(Unpooled.copiedBuffer(data, 0, middle));
            channel.writeInbound(Unpooled.copiedBuffer(data, middle, data.length - middle));
        } catch (DecoderException e) {
            assertThat(e).isNotNull(); // the one thing that may come of a bad header
        } finally {
            end(channel);
        }
    }

    private static void end(EmbeddedChannel channel) {
        try {
            channel.finishAndReleaseAll();
        } catch (DecoderException e) { // of what was left
            channel.releaseInbound();
        }
    }

    @Test
    void mutatedHellosAreReadOrRefused() {
        mutate(HELLOS, this::clientHello);
    }

    @Test
    void mutatedHeadersAreReadOrRefused() {
        mutate(HEADERS, this::proxyHeader);
    }

    private static void mutate(List<byte[]> seeds, Consumer<byte[]> parser) {
        SplittableRandom random = new SplittableRandom(11);
        seeds.forEach(parser);
        for (int i = 0; i < MUTATIONS; i++) {
            byte[] bytes = seeds.get(random.nextInt(seeds.size())).clone();
            for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
                int at = random.nextInt(Math.min(bytes.length, random.nextBoolean() ? 60 : bytes.length));
                bytes[at] = (byte) (random.nextBoolean()
                        ? random.nextInt()
                        : bytes[at] ^ (1 << random.nextInt(8)));
            }
            byte[] sent = random.nextInt(4) == 0
                    ? Arrays.copyOf(bytes, random.nextInt(bytes.length + 20))
                    : bytes;
            try {
                parser.accept(sent);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(HexFormat.of().formatHex(sent), e);
            }
        }
    }
}
