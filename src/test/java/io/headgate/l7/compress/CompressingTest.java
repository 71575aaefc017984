package io.headgate.l7.compress;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.aayushatharva.brotli4j.decoder.BrotliInputStream;
import com.github.luben.zstd.ZstdInputStream;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.netty.handler.codec.http.HttpHeaders;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPInputStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressingTest {

    private static final CompressionRules RULES = rules(CompressionRules.TYPES, 10);

    private boolean isShort;
    private final EncoderMemory memory = new EncoderMemory(GzipEncoder.MEMORY, () -> isShort);

    private static CompressionRules rules(List<String> types, long least) {
        return new CompressionRules(List.of(ContentCoding.GZIP), types, least, 6, List.of("Old/1"));
    }

    @BeforeAll
    static void load() {
        for (ContentCoding coding : ContentCoding.values()) {
            assertThat(coding.prepare().join()).isTrue();
        }
    }

    private Compressing answer(@Nullable String accepted) {
        return new Compressing(RULES, memory, accepted, null, null, false, true);
    }

    private static HttpHeaders headers(String... lines) {
        HttpHeaders headers = new DefaultHttpHeaders();
        for (String line : lines) {
            int mark = line.indexOf(':');
            headers.add(line.substring(0, mark), line.substring(mark + 1).strip());
        }
        return headers;
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip; true", "GZIP; true", "br, gzip; true",
            "x-gzip; true", "*; true", "gzip;q=0; false", "gzip; q=0.0; false", "gzip;q=0.5; true",
            "gzip;q=0.5, identity; false", "gzip, identity;q=0.5; true", "gzip;q=0.5, identity;q=0.5; true",
            "*;q=0, gzip; true", "*, gzip;q=0; false", "identity; false", "br; false", "; false",
            "none; false", "gzip;q=2; false", "br;q=1, gzip ; Q = 1.000; true", "gzip\t;\tq=0.; false",
            "gzip;q=1.; true", "gzip;q=1.001; false", "gzip;q=0.1234; false", "gzip;q=0.5;a=b; false",
            "gzip;q; false", "gzip;; false", "gzip;q=.5; false", "gzip;q=-1; false", "gzip x; false",
            ",,gzip,; true", "gzip;q=0, gzip; false", "X-GZIP;q=0.1; true", "x-gzip;q=0, *; false",
            "gzip;q=0.499, identity;q=0.5; false", "gzip;q=0.5, identity;q=0.499; true", "gz; false",
            "gzip;q=x; false", "gzipped; false", "gzip;q=0.001; true"})
    void whatAClientAccepts(String line) {
        int mark = line.lastIndexOf(';');
        String said = line.substring(0, mark).strip();
        boolean gzip = line.substring(mark + 1).strip().equals("true");
        assertThat(AcceptEncoding.choose(said.equals("none") ? null : said, List.of(ContentCoding.GZIP)))
                .isEqualTo(gzip ? ContentCoding.GZIP : null);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"gzip, deflate, br, zstd|ZSTD", "gzip, br|BR", "br;q=0.9, gzip|GZIP",
            "*|ZSTD", "*, zstd;q=0|BR", "zstd;q=0.1, br;q=0.2, gzip;q=0.1|BR", "x-gzip, br;q=0.5|GZIP",
            "br;q=0.4, identity;q=0.5|", "brotli, zst|", "BR|BR"})
    void ofSeveralTheOneThatIsWantedMost(String said, @Nullable ContentCoding best) {
        assertThat(AcceptEncoding.choose(said, List.of(ContentCoding.values()))).isEqualTo(best);
    }

    /** Other platforms, and a folder for temporary files from which nothing may be executed. */
    @Test
    void aLibraryThatCannotBeLoadedIsTriedOnce() {
        AtomicInteger tries = new AtomicInteger();
        NativeLibrary none = new NativeLibrary("none", () -> {
            tries.incrementAndGet();
            throw new UnsatisfiedLinkError("no such platform");
        });
        assertThat(none.load().join()).isFalse();
        assertThat(none.load().join()).isFalse();
        assertThat(none.isLoaded()).isFalse();
        assertThat(tries).hasValue(1);
    }

    @Test
    void whereThereIsNoRoomForTheBestOfThemAnotherIsUsed() {
        Compressing compressing = new Compressing(all(6), memory, "zstd, br, gzip", null, null, false, true);
        HttpHeaders answer = headers("Content-Type: text/html");
        compressing.head(200, answer, -1);
        assertThat(answer.get("Content-Encoding")).isEqualTo("gzip");
        compressing.close();
        assertThat(memory.taken()).isZero();
    }

    private static CompressionRules all(int level) {
        return new CompressionRules(List.of(ContentCoding.values()), CompressionRules.TYPES, 10, level,
                List.of());
    }

    @ParameterizedTest
    @ValueSource(strings = {"Content-Encoding: br", "Content-Range: bytes 0-9/100", "Content-Type: image/png",
            "Cache-Control: public, No-Transform", "Content-Length: 9", "Content-Type:"})
    void whatIsNotCompressedIsLeftAlone(String line) {
        HttpHeaders answer = headers("Content-Type: text/html; charset=utf-8", "Content-Length: 1000",
                "ETag: \"a\"");
        answer.set(line.substring(0, line.indexOf(':')), line.substring(line.indexOf(':') + 1).strip());
        HttpHeaders before = new DefaultHttpHeaders().add(answer);
        Compressing compressing = answer("gzip");
        compressing.head(200, answer, -1);
        assertThat(compressing.isActive()).isFalse();
        assertThat(answer).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {204, 205, 206, 103})
    void noPartAndNoAnswerWithoutABodyIsCompressed(int status) {
        HttpHeaders answer = headers("Content-Type: text/html");
        Compressing compressing = answer("gzip");
        compressing.head(status, answer, -1);
        assertThat(compressing.isActive()).isFalse();
        assertThat(answer).hasSize(1);
    }

    @Test
    void theHeadOfACompressedAnswerSaysSo() {
        HttpHeaders answer = headers("Content-Type: text/html", "Content-Length: 1000", "ETag: \"a\"",
                "Accept-Ranges: bytes", "Vary: Origin", "Repr-Digest: x");
        answer("gzip").head(200, answer, -1);
        assertThat(answer.entries()).extracting(Object::toString).containsExactlyInAnyOrder(
                "Content-Type=text/html", "etag=W/\"a\"", "Vary=Origin", "vary=Accept-Encoding",
                "content-encoding=gzip");
    }

    @Test
    void whoDoesNotAcceptItIsToldThatOthersGetAnother() {
        for (String vary : List.of("", "accept-encoding", "*")) {
            HttpHeaders answer = headers("Content-Type: text/html", "ETag: \"a\"", "Content-Length: 1000");
            if (!vary.isEmpty()) {
                answer.set("Vary", vary);
            }
            answer(null).head(200, answer, -1);
            assertThat(answer.getAll("Vary")).containsExactly(vary.isEmpty() ? "Accept-Encoding" : vary);
            assertThat(answer.get("ETag")).isEqualTo("\"a\"");
            assertThat(answer.get("Content-Length")).isEqualTo("1000");
        }
    }

    @Test
    void theTagThatSomethingIsStillGoodByIsTheOneThatTheClientHas() {
        for (String has : List.of("\"a\"", "W/\"b\", W/\"a\"")) {
            HttpHeaders answer = headers("ETag: \"a\"");
            new Compressing(RULES, memory, "gzip", null, has, false, true).head(304, answer, 0);
            assertThat(answer.get("ETag")).isEqualTo(has.startsWith("W") ? "W/\"a\"" : "\"a\"");
            assertThat(answer.get("Vary")).isEqualTo("Accept-Encoding");
        }
    }

    @Test
    void aClientThatCannotReadChunksOrIsExcludedGetsItAsItIs() {
        Compressing chunkless = new Compressing(RULES, memory, "gzip", null, null, false, false);
        Compressing excluded = new Compressing(RULES, memory, "gzip", "old/1", null, false, true);
        for (Compressing each : List.of(chunkless, excluded)) {
            HttpHeaders answer = headers("Content-Type: text/html", "Content-Length: 1000");
            each.head(200, answer, -1);
            assertThat(each.isActive()).isFalse();
            assertThat(answer.get("Content-Length")).isEqualTo("1000");
        }
    }

    /** Slow clients hold their encoders for as long as they like. */
    @Test
    void answersThatFindNoRoomAreSentAsTheyAre() {
        Compressing first = answer("gzip");
        first.head(200, headers("Content-Type: text/html"), -1);
        Compressing second = answer("gzip");
        HttpHeaders answer = headers("Content-Type: text/html", "Content-Length: 1000");
        second.head(200, answer, -1);
        assertThat(second.isActive()).isFalse();
        assertThat(answer.get("Content-Length")).isEqualTo("1000");
        first.close();
        first.close();
        assertThat(memory.taken()).isZero();
        Compressing third = answer("gzip");
        third.head(200, headers("Content-Type: text/html"), -1);
        assertThat(third.isActive()).isTrue();
        third.close();
    }

    @Test
    void nothingMoreIsCompressedWhileMemoryIsShort() {
        isShort = true;
        Compressing compressing = answer("gzip");
        HttpHeaders answer = headers("Content-Type: text/html", "Content-Length: 1000");
        compressing.head(200, answer, -1);
        assertThat(compressing.isActive()).isFalse();
        assertThat(answer.get("Content-Length")).isEqualTo("1000");
        assertThat(memory.taken()).isZero();
    }

    @ParameterizedTest
    @CsvSource({"text/html, text/html; charset=utf-8, true", "text/html, TEXT/HTML, true",
            "text/*, text/x, true", "text/*, texts/x, false", "*/*, image/png, true",
            "application/*+xml, application/soap+xml, true", "application/*+xml, application/xml, false",
            "*/*+json, application/problem+json, true", "text/html, text/htm, false"})
    void types(String pattern, String type, boolean matches) {
        assertThat(rules(List.of(pattern), 0).has(type)).isEqualTo(matches);
    }

    @Test
    void rulesOutOfBoundsAreNamed() {
        assertThatIllegalArgumentException().isThrownBy(() -> rules(List.of("html"), 0))
                .withMessageStartingWith("types: html (expected: ");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new CompressionRules(List.of(ContentCoding.GZIP), List.of(), 0, 10,
                        List.of()))
                .withMessageStartingWith("level: 10 (expected: ");
    }

    /** Whatever its parts, and wherever it is flushed: all that was added can be read then. */
    @ParameterizedTest
    @EnumSource
    void aBodyComesOutAsItWentIn(ContentCoding coding) throws IOException {
        EncoderMemory room = new EncoderMemory(coding.memory(), () -> false);
        for (int seed = 0; seed < 90; seed++) {
            Random random = new Random(seed);
            byte[] body = new byte[random.nextInt(1 << random.nextInt(18))];
            if (random.nextBoolean()) {
                random.nextBytes(body);
            }
            Compressing compressing = new Compressing(all(1 + seed % 9), room, coding.token(), null, null,
                    false, true);
            compressing.head(200, headers("Content-Type: text/html"), -1);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            int at = 0;
            while (at < body.length) {
                int part = 1 + random.nextInt(body.length - at);
                ByteBuf bytes = random.nextBoolean()
                        ? Unpooled.wrappedBuffer(body, at, part)
                        : Unpooled.directBuffer(part).writeBytes(body, at, part);
                put(compressing.add(bytes), out);
                bytes.release();
                at += part;
                if (random.nextInt(3) == 0) {
                    put(Objects.requireNonNull(compressing.flush()), out);
                    assertThat(first(at, decoder(coding, out.toByteArray())))
                            .isEqualTo(Arrays.copyOf(body, at));
                }
            }
            put(compressing.finish(Unpooled.EMPTY_BUFFER), out);
            assertThat(decoder(coding, out.toByteArray()).readAllBytes()).isEqualTo(body);
            assertThat(room.taken()).isZero();
        }
    }

    /** One by one: a stream that reads ahead would find that there is no more. */
    private static byte[] first(int length, InputStream from) throws IOException {
        byte[] bytes = new byte[length];
        for (int at = 0; at < length; at++) {
            int read = from.read();
            if (read < 0) {
                throw new EOFException(at + " of " + length);
            }
            bytes[at] = (byte) read;
        }
        return bytes;
    }

    private static InputStream decoder(ContentCoding coding, byte[] bytes) throws IOException {
        InputStream from = new ByteArrayInputStream(bytes);
        return switch (coding) {
            case ZSTD -> new ZstdInputStream(from);
            case BR -> {
                BrotliInputStream brotli = new BrotliInputStream(from);
                brotli.enableEagerOutput();
                yield brotli;
            }
            case GZIP -> new GZIPInputStream(from);
        };
    }

    private static void put(ByteBuf from, ByteArrayOutputStream to) {
        to.writeBytes(ByteBufUtil.getBytes(from));
        from.release();
    }

    @ParameterizedTest
    @EnumSource
    void aBodyThatBreaksOffHasNoEnd(ContentCoding coding) {
        Compressing compressing = new Compressing(all(6), new EncoderMemory(coding.memory(), () -> false),
                coding.token(), null, null, false, true);
        compressing.head(200, headers("Content-Type: text/html"), -1);
        List<ByteBuf> all = new ArrayList<>();
        all.add(compressing.add(Unpooled.wrappedBuffer(new byte[100])));
        all.add(Objects.requireNonNull(compressing.flush()));
        compressing.close();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        all.forEach(part -> put(part, out));
        byte[] bytes = out.toByteArray();
        assertThatIOException().isThrownBy(() -> decoder(coding, bytes).readAllBytes());
    }
}
