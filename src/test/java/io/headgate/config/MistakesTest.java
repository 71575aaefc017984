package io.headgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.Headgate;
import io.headgate.config.fault.Fault;
import io.headgate.config.fault.InvalidConfigurationException;
import io.headgate.config.plan.Plan;
import io.headgate.config.reload.Reload;
import io.headgate.config.reload.ReloadResult;
import io.headgate.testing.NetworkLab;
import io.headgate.testing.TestGateway;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * mistakes.txt: what people write, and the whole answer to it, told by a reload. With
 * {@code -Dmistakes=check} or {@code -Dmistakes=start}, each is told by {@code --check} and by a start, which
 * takes a second for each; otherwise every 40th is.
 */
class MistakesTest {

    private static final Path TABLE = Path.of("src/test/resources/io/headgate/config/mistakes.txt");
    private static final String ROUTES = "spring.cloud.gateway.server.webflux.routes";
    private static final int SOME = 40;
    private static final int PLANS = Integer.getInteger("kernel.plans", 15);

    /** One of them; ROUTES stands for the name of Spring Cloud Gateway's routes. */
    record Mistake(String yaml, String answer) {

        static Mistake of(String block) {
            String[] parts = block.replace("ROUTES", ROUTES).split("\n {4}", 2);
            return new Mistake(parts[0], parts.length < 2 ? "" : parts[1].replace("\n    ", "\n").strip());
        }

        @Override
        public String toString() {
            return yaml;
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

    static List<Mistake> all() throws IOException {
        return Stream.of(Files.readString(TABLE).split("\n\n", -1)).filter(block -> !block.isBlank())
                .filter(block -> !block.startsWith("#")).map(Mistake::of).toList();
    }

    static List<Mistake> some() throws IOException {
        List<Mistake> all = all();
        return Stream.iterate(0, i -> i < all.size(), i -> i + (System.getProperty("mistakes") == null
                ? SOME
                : 1)).map(all::get).toList();
    }

    @Test
    void thereAreManyAndNoneTwice() throws IOException {
        assertThat(all()).extracting(Mistake::yaml).doesNotHaveDuplicates().hasSizeGreaterThan(150);
    }

    @ParameterizedTest
    @MethodSource("all")
    void aReloadTells(Mistake mistake) throws IOException {
        file.write(mistake.yaml);
        String answer = switch (file.gateway().bean(Reload.class).now()) {
            case ReloadResult.Refused refused -> text("", refused.faults());
            case ReloadResult.Applied _ -> text("warning: ", file.compiled().warnings());
        };
        assertThat(answer.replace(folder + "/", "")).isEqualTo(mistake.answer);
    }

    /** What is not refused, nft takes. */
    @Test
    void everyPlanForTheKernelIsRefusedHereOrAcceptedByNft() throws IOException {
        NetworkLab.assume();
        KernelPlans plans = new KernelPlans(21);
        int accepted = 0;
        for (int i = 0; i < PLANS; i++) {
            String yaml = plans.next();
            file.write(yaml);
            Plan plan;
            try {
                plan = file.compiled();
            } catch (InvalidConfigurationException e) {
                continue;
            }
            KernelRules rules = KernelRules.of(plan);
            assertThat(rules.faults()).as(yaml).isEmpty();
            assertThat(rules.warnings()).as(yaml).isEmpty();
            accepted++;
        }
        assertThat(accepted).isGreaterThan(PLANS / 4);
    }

    private static String text(String kind, List<Fault> faults) {
        return faults.stream().map(fault -> kind + fault + "\n" + fault.action())
                .collect(Collectors.joining("\n"));
    }

    @ParameterizedTest
    @MethodSource("some")
    void aCheckTells(Mistake mistake) throws IOException {
        file.write(mistake.yaml);
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        Check.run(Headgate.class,
                new String[]{"--check",
                        "--spring.config.location=classpath:/application.yml,file:" + file.path()},
                new PrintStream(printed, true, StandardCharsets.UTF_8));
        String report = printed.toString(StandardCharsets.UTF_8).replace(folder + "/", "");
        mistake.answer.lines().map(line -> line.replaceFirst("^warning: ", ""))
                .forEach(line -> assertThat(report).contains(line));
    }

    @ParameterizedTest
    @MethodSource("some")
    void aStartTells(Mistake mistake) {
        if (mistake.answer.startsWith("warning: ")) {
            return;
        }
        InvalidConfigurationException told = null;
        try (TestGateway started = TestGateway.start(mistake.yaml)) {
            assertThat(started).as("started").isNull();
        } catch (RuntimeException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                told = cause instanceof InvalidConfigurationException invalid ? invalid : told;
            }
        }
        assertThat(Objects.requireNonNull(told).faults()).extracting(Fault::action)
                .isSubsetOf(mistake.answer.lines().toList());
    }
}
