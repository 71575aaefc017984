package io.headgate.packaging;

import com.marcnuri.helm.DryRun;
import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.springframework.util.FileSystemUtils;

/** The chart in this repository, with the Helm engine that helm-java carries as a native library. */
final class HelmChart {

    static final Path FOLDER = Path.of("helm", "headgate");

    private static final String KUBERNETES = "1.34.0";

    /**
     * Helm renders no hooks (the pod of helm test is one), so that they are taken for ordinary manifests
     * here.
     */
    private static final Helm WITHOUT_HOOKS = new Helm(withoutHooks());

    static LintResult lint() {
        return new Helm(FOLDER).lint().strict().call();
    }

    /** What Helm prints after an installation. */
    static String notes(Path values) {
        return new Helm(FOLDER).install().withName("gateway").withNamespace("edge")
                .withKubeVersion(KUBERNETES)
                .withValuesFile(values).withDryRunOption(DryRun.CLIENT).dryRun().clientOnly().call()
                .getOutput();
    }

    /** The chart's own value files, one for each way of using it. */
    static List<Path> examples() {
        try (var files = Files.list(FOLDER.resolve("ci"))) {
            return files.sorted().toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Manifests render(Path values) {
        return Manifests.parse(text(values));
    }

    static Manifests render(String values) {
        try {
            Path file = Files.createTempFile("values", ".yaml");
            try {
                return render(Files.writeString(file, values));
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path values) {
        return WITHOUT_HOOKS.template().withName("gateway").withNamespace("edge").withKubeVersion(KUBERNETES)
                .withValuesFile(values).call();
    }

    private static Path withoutHooks() {
        Path copy = Path.of("target", "chart-without-hooks", "headgate");
        try (var files = Files.walk(FOLDER)) {
            FileSystemUtils.deleteRecursively(copy);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = copy.resolve(FOLDER.relativize(file));
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.writeString(target, Files.readString(file).replace("helm.sh/hook: test", ""));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    private HelmChart() {
    }
}
