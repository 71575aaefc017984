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

    private static final String LOOKUP = "(lookup \"v1\" \"Secret\" .Release.Namespace $name)";
    private static final String KUBERNETES = "1.34.0";

    /**
     * Helm renders no hooks (the pod of helm test is one), so that they are taken for ordinary manifests
     * here; and what the chart asks of the cluster has its answer in place.
     */
    private static final Helm WITHOUT_CLUSTER = new Helm(copy("chart-without-cluster", "(dict)"));

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
        return Manifests.parse(text(WITHOUT_CLUSTER, "gateway", values));
    }

    static Manifests render(String values) {
        return render(written(values));
    }

    static Manifests render(String release, String values) {
        return Manifests.parse(text(WITHOUT_CLUSTER, release, written(values)));
    }

    private static Path written(String values) {
        try {
            Path file = Files.createTempFile("values", ".yaml");
            file.toFile().deleteOnExit();
            return Files.writeString(file, values);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * As on an upgrade.
     *
     * @param secret what the cluster has for the management's Secret, as a template's expression
     */
    static Manifests upgrade(String values, String secret) {
        return Manifests.parse(text(new Helm(copy("chart-of-upgrade", secret)), "gateway", written(values)));
    }

    private static String text(Helm helm, String release, Path values) {
        return helm.template().withName(release).withNamespace("edge").withKubeVersion(KUBERNETES)
                .withValuesFile(values).call();
    }

    private static Path copy(String name, String secret) {
        // Other processes of tests make the same copies at the same time: each has its own.
        Path copy = Path.of("target", name, "of-" + ProcessHandle.current().pid(), "headgate");
        try (var files = Files.walk(FOLDER)) {
            FileSystemUtils.deleteRecursively(copy);
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path target = copy.resolve(FOLDER.relativize(file));
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.writeString(target,
                        Files.readString(file).replace("helm.sh/hook: test", "").replace(LOOKUP, secret));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    private HelmChart() {
    }
}
