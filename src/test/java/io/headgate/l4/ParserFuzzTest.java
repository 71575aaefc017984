package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/**
 * The parsers of what anybody may send first: the kept inputs, and a bounded number of seeded mutations. The
 * profile fuzz has Jazzer look for more; what it finds is to be kept.
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

    @Test
    void mutatedHellosAreReadOrRefused() throws IOException {
        mutate(HELLOS, "clientHello", Parsing::clientHello);
    }

    @Test
    void mutatedHeadersAreReadOrRefused() throws IOException {
        mutate(HEADERS, "proxyHeader", Parsing::proxyHeader);
    }

    private static void mutate(List<byte[]> made, String kept, Consumer<byte[]> parser) throws IOException {
        SplittableRandom random = new SplittableRandom(11);
        List<byte[]> seeds = new ArrayList<>(made);
        try (DirectoryStream<Path> files = Files
                .newDirectoryStream(Path.of("src/fuzz/resources/io/headgate/l4/ParserFuzzInputs", kept))) {
            for (Path file : files) {
                seeds.add(Files.readAllBytes(file));
            }
        }
        assertThat(seeds).hasSizeGreaterThan(made.size());
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
