package io.headgate.l7.fast;

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
 * Any bytes from clients and members through the whole of the fast path: the kept inputs, and a bounded
 * number of seeded mutations. The profile fuzz has Jazzer look for more; what it finds is to be kept.
 */
class FastPathFuzzTest {

    private static final int CASES = Integer.getInteger("fuzz.cases", 4_000);
    private static final Path KEPT = Path.of("src/fuzz/resources/io/headgate/l7/fast/FastPathFuzzInputs");

    @Test
    void whateverClientsSend() throws IOException {
        run("client", Mutations.lines("/fuzz/requests.txt"), 1, Fuzzing::client);
    }

    @Test
    void whateverMembersSend() throws IOException {
        run("member", Mutations.lines("/fuzz/responses.txt").stream()
                .map(line -> line.substring(line.indexOf(" ", 4) + 1)).toList(), 2, Fuzzing::member);
    }

    private static void run(String kept, List<String> corpus, int control, Consumer<byte[]> target)
            throws IOException {
        List<byte[]> inputs = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(KEPT.resolve(kept))) {
            for (Path file : files) {
                inputs.add(Files.readAllBytes(file));
            }
        }
        assertThat(inputs).isNotEmpty();
        SplittableRandom random = new SplittableRandom(7);
        Mutations mutations = new Mutations(corpus, 7);
        for (int i = 0; i < CASES; i++) {
            byte[] bytes = mutations.message(i).getBytes(StandardCharsets.ISO_8859_1);
            byte[] input = Arrays.copyOf(new byte[]{(byte) random.nextInt(), (byte) random.nextInt()},
                    control + bytes.length);
            System.arraycopy(bytes, 0, input, control, bytes.length);
            inputs.add(input);
        }
        for (byte[] input : inputs) {
            try {
                target.accept(input);
            } catch (RuntimeException | AssertionError e) {
                throw new AssertionError(HexFormat.of().formatHex(input) + "\n"
                        + new String(input, StandardCharsets.ISO_8859_1), e);
            }
        }
    }
}
