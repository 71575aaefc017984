package io.headgate.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.Pod;
import io.headgate.it.NeedsTool;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the pod of {@code helm test} does, done to the rendered pod. */
@NeedsTool("curl")
class HelmRequestIT {

    @TempDir
    Path folder = Path.of("");

    @Test
    void the_request_of_helm_test_comes_through_and_a_failed_one_fails_the_test() throws Exception {
        Manifests manifests = HelmChart.render(HelmChart.FOLDER.resolve("ci/tls-values.yaml"));
        try (LocalPod pod = LocalPod.start(manifests, folder)) {
            pod.awaitReady();
            Container container = manifests.one(Pod.class).getSpec().getContainers().getFirst();
            assertThat(container.getCommand()).containsExactly("curl");
            String service = container.getArgs().getLast();
            assertThat(curl(container, pod, service)).isZero();
            assertThat(curl(container, pod, service.replace("/orders/", "/nothing/"))).isEqualTo(22);
        }
    }

    /** The exit status of the command with this address, which is the pod's here. */
    private static int curl(Container container, LocalPod pod, String url)
            throws IOException, InterruptedException {
        URI service = URI.create(url);
        List<String> command = new ArrayList<>(container.getCommand());
        command.addAll(container.getArgs().subList(0, container.getArgs().size() - 1));
        command.add("--connect-to");
        command.add("%s:%d:%s:%d".formatted(service.getHost(), service.getPort(), LocalPod.address(),
                pod.port("https")));
        command.add(url);
        Process curl = new ProcessBuilder(command).redirectErrorStream(true).start();
        System.out.print(new String(curl.getInputStream().readAllBytes(), UTF_8));
        return curl.waitFor();
    }
}
