package io.headgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.fault.Fault;
import io.headgate.config.fault.InvalidConfigurationException;
import io.headgate.config.fault.StartFaults;
import io.headgate.config.source.Migration;
import io.headgate.config.source.YamlSyntax;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * scg.txt: configurations as guides and public repositories have them. Each is valid, or is refused with a
 * remedy, and is valid once that is followed. Lines before the YAML begin with {@code !}: the answer has
 * this; and with {@code >}: what is done about it.
 */
class SpringCloudGatewayFilesTest {

    private static final Path TABLE = Path.of("src/test/resources/io/headgate/config/scg.txt");

    record Written(String name, List<String> answers, List<String> remedies, String yaml) {

        static Written of(String block) {
            List<String> lines = block.lines().toList();
            return new Written(lines.getFirst().substring(2), marked(lines, "! "), marked(lines, "> "),
                    lines.stream().skip(1).filter(line -> !line.startsWith("! ") && !line.startsWith("> "))
                            .collect(Collectors.joining("\n")) + "\n");
        }

        private static List<String> marked(List<String> lines, String mark) {
            return lines.stream().filter(line -> line.startsWith(mark)).map(line -> line.substring(2))
                    .toList();
        }

        String remedied() {
            String text = yaml;
            for (String remedy : remedies) {
                String[] words = remedy.split(" ", 2);
                text = switch (words[0]) {
                    case "migrate" -> Migration.yaml(text);
                    case "add" -> text + words[1] + "\n";
                    case "without" -> text.lines().filter(line -> !line.contains(words[1]))
                            .collect(Collectors.joining("\n")) + "\n";
                    case "replace" -> replaced(text, words[1].split(" with ", 2));
                    default -> throw new IllegalArgumentException(remedy);
                };
            }
            return text;
        }

        private static String replaced(String text, String[] parts) {
            assertThat(text).contains(parts[0]);
            return text.replace(parts[0], parts[1]);
        }

        @Override
        public String toString() {
            return name;
        }
    }

    @TempDir
    private static Path folder;
    private static WrittenFile file;

    @BeforeAll
    static void start() throws IOException {
        file = WrittenFile.in(folder);
    }

    @AfterAll
    static void stop() {
        file.close();
    }

    static List<Written> all() throws IOException {
        return Stream.of(Files.readString(TABLE).split("=====\n")).map(Written::of).toList();
    }

    @Test
    void thereAreThirty() throws IOException {
        assertThat(all()).extracting(Written::name).doesNotHaveDuplicates().hasSizeGreaterThanOrEqualTo(30);
    }

    @ParameterizedTest
    @MethodSource("all")
    void itIsValidOrItsRemedyIs(Written written) throws IOException {
        String answer = answer(written.yaml);
        assertThat(answer.isEmpty()).as(answer).isEqualTo(written.answers.isEmpty());
        String both = answer + (written.remedies.contains("migrate")
                ? answer(Migration.yaml(written.yaml))
                : "");
        assertThat(written.answers).allSatisfy(part -> assertThat(both).contains(part));
        if (!written.remedies.isEmpty()) {
            assertThat(answer(written.remedied())).as(written.remedied()).isEmpty();
        }
    }

    /** What a start or a reload would refuse; the plan is made, and nothing is applied. */
    private static String answer(String yaml) throws IOException {
        file.write(yaml);
        try {
            YamlSyntax.check(Set.of(file.path()));
            assertThat(file.compiled().pools()).isNotNull();
            return "";
        } catch (InvalidConfigurationException e) {
            return text(e.faults());
        } catch (RuntimeException e) {
            return text(StartFaults.of(e).faults());
        }
    }

    private static String text(List<Fault> faults) {
        return faults.stream().map(fault -> fault + " " + fault.action()).collect(Collectors.joining("\n"));
    }
}
