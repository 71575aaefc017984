package io.headgate.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;
import static org.assertj.core.api.Assertions.tuple;

import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class HelmChartTest {

    private static final Path DEFAULTS = HelmChart.FOLDER.resolve("ci/default-values.yaml");
    private static final Path L4 = HelmChart.FOLDER.resolve("ci/l4-values.yaml");
    private static final Path TLS = HelmChart.FOLDER.resolve("ci/tls-values.yaml");
    private static final Path EVERYTHING = HelmChart.FOLDER.resolve("ci/everything-values.yaml");

    @Test
    void passes_strict_lint() {
        var result = HelmChart.lint();
        assertThat(result.isFailed()).as("%s", result.getMessages()).isFalse();
    }

    static List<Path> examples() {
        return HelmChart.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void every_example_renders_to_manifests_that_kubernetes_knows(Path values) {
        var manifests = HelmChart.render(values);
        assertThat(manifests.objects()).isNotEmpty();
        for (HasMetadata object : manifests.objects()) {
            assertThat(object.getMetadata().getName()).matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?");
            assertThat(object.getMetadata().getLabels()).containsEntry("app.kubernetes.io/instance",
                    "gateway");
        }
        assertThat(manifests.names()).doesNotHaveDuplicates();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void every_example_selects_its_own_pods_and_not_the_test_pod(Path values) {
        var manifests = HelmChart.render(values);
        var deployment = manifests.one(Deployment.class).getSpec();
        Map<String, String> selector = deployment.getSelector().getMatchLabels();
        assertThat(deployment.getTemplate().getMetadata().getLabels()).containsAllEntriesOf(selector);
        assertThat(manifests.one(Service.class).getSpec().getSelector())
                .isEqualTo(selector);
        assertThat(manifests.one(NetworkPolicy.class).getSpec().getPodSelector().getMatchLabels())
                .isEqualTo(selector);
        assertThat(manifests.one(PodDisruptionBudget.class).getSpec().getSelector().getMatchLabels())
                .isEqualTo(selector);
        assertThat(manifests.one(Pod.class).getMetadata().getLabels()).doesNotContainEntry(
                "app.kubernetes.io/name",
                selector.getOrDefault("app.kubernetes.io/name", ""));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void every_example_fits_the_restricted_pod_security_profile(Path values) {
        var pod = HelmChart.render(values).pod();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        var context = pod.getContainers().getFirst().getSecurityContext();
        assertThat(context.getAllowPrivilegeEscalation()).isFalse();
        assertThat(context.getReadOnlyRootFilesystem()).isTrue();
        assertThat(context.getCapabilities().getDrop()).containsExactly("ALL");
        assertThat(context.getCapabilities().getAdd()).isEmpty();
    }

    @Test
    void defaults_bring_the_users_pools_no_company() {
        assertThat(HelmChart.render(DEFAULTS).configuration()).isEqualTo(Map.of( //
                "headgate", Map.of("shutdown", Map.of("delay", "10s")), //
                "spring", Map.of("lifecycle", Map.of("timeout-per-shutdown-phase", "30s"))));
    }

    @Test
    void defaults_roll_out_without_losing_a_pod() {
        var manifests = HelmChart.render(DEFAULTS);
        var deployment = manifests.one(Deployment.class).getSpec();
        assertThat(deployment.getReplicas()).isEqualTo(2);
        assertThat(deployment.getStrategy().getRollingUpdate().getMaxUnavailable().getValue()).isEqualTo(0);
        assertThat(manifests.one(PodDisruptionBudget.class).getSpec().getMaxUnavailable().getValue())
                .isEqualTo(1);
        assertThat(manifests.pod().getTopologySpreadConstraints()).hasSize(2);
        assertThat(manifests.pod().getTerminationGracePeriodSeconds()).isEqualTo(10 + 30 + 30 + 10);
        assertThat(manifests.all(HorizontalPodAutoscaler.class)).isEmpty();
        assertThat(manifests.one(ServiceAccount.class).getAutomountServiceAccountToken()).isFalse();
        assertThat(manifests.servicePorts()).containsExactly("http 80->8080/TCP");
    }

    @Test
    void probes_ask_the_management_port_on_the_pods_address() {
        var container = HelmChart.render(EVERYTHING).headgate();
        assertThat(container.getPorts()).extracting(ContainerPort::getName, ContainerPort::getContainerPort)
                .contains(tuple("management", 9191));
        assertThat(paths(container.getStartupProbe(), container.getLivenessProbe(),
                container.getReadinessProbe()))
                .containsExactly("management /actuator/health/liveness",
                        "management /actuator/health/liveness",
                        "management /actuator/health/readiness");
        var address = variable(HelmChart.render(DEFAULTS), "MANAGEMENT_SERVER_ADDRESS");
        assertThat(address.getValueFrom().getFieldRef().getFieldPath()).isEqualTo("status.podIP");
        assertThat(variable(HelmChart.render(EVERYTHING), "MANAGEMENT_SERVER_ADDRESS").getValue())
                .isEqualTo("0.0.0.0");
    }

    @Test
    void the_service_shows_every_listener_of_the_configuration_but_those_on_loopback() {
        var manifests = HelmChart.render(L4);
        assertThat(manifests.servicePorts()).containsExactlyInAnyOrder("http 80->8081/TCP",
                "tcp-postgres 5432->5432/TCP", "udp-dns 53->53/UDP", "tcp-dns-tcp 53->53/TCP");
        assertThat(manifests.headgate().getPorts())
                .extracting(p -> p.getContainerPort() + "/" + p.getProtocol())
                .containsExactlyInAnyOrder("8081/TCP", "5432/TCP", "53/UDP", "53/TCP", "9090/TCP");
        assertThat(manifests.one(NetworkPolicy.class).getSpec().getIngress().getFirst().getPorts())
                .hasSize(4);
        assertThat(manifests.pod().getSecurityContext().getSysctls())
                .extracting(s -> s.getName() + "=" + s.getValue())
                .containsExactly("net.ipv4.ip_unprivileged_port_start=53");
        assertThat(manifests.pod().getTerminationGracePeriodSeconds()).isEqualTo(3 + 60 + 120 + 10);
    }

    @Test
    void the_config_map_holds_the_users_yaml_unchanged() {
        var headgate = map(HelmChart.render(L4).configuration(), "headgate");
        assertThat(map(headgate, "listeners")).containsOnlyKeys("postgres", "dns", "dns-tcp", "sidecar");
        assertThat(map(headgate, "listeners", "postgres").get("max-connections")).isEqualTo(10_000_000);
        assertThat(map(headgate, "pools", "web").get("members"))
                .isEqualTo(List.of("web-0.web:8080", "web-1.web:8080"));
    }

    @Test
    void a_changed_configuration_replaces_the_pods() {
        assertThat(checksum("config: { headgate: { shutdown: { delay: 1s } } }"))
                .isNotEqualTo(checksum("config: { headgate: { shutdown: { delay: 2s } } }"));
        assertThat(checksum("replicas: 3")).isEqualTo(checksum("replicas: 4"));
    }

    @Test
    void pods_that_apply_a_changed_configuration_while_they_run_stay() {
        assertThat(checksum("rollOnConfigChange: false")).isEmpty();
        assertThat(HelmChart.render("{ rollOnConfigChange: false, podAnnotations: { a: b } }").pod())
                .isNotNull();
    }

    @Test
    void tls_secrets_become_ssl_bundles_that_are_read_again() {
        var manifests = HelmChart.render(TLS);
        assertThat(manifests.servicePorts()).containsExactly("https 443->8443/TCP",
                "tcp-orders 9443->9443/TCP");
        var bundles = map(manifests.configuration(), "spring", "ssl", "bundle", "pem");
        assertThat(map(bundles, "web")).contains(entry("reload-on-update", true), entry("keystore",
                Map.of("certificate", "/etc/headgate-tls/web/tls.crt", "private-key",
                        "/etc/headgate-tls/web/tls.key")),
                entry("options", Map.of("enabled-protocols", List.of("TLSv1.3"))));
        assertThat(map(bundles, "orders-ca")).containsOnlyKeys("reload-on-update", "truststore")
                .containsEntry("truststore", Map.of("certificate", "/etc/headgate-tls/orders-ca/ca.crt"));
        assertThat(manifests.headgate().getVolumeMounts()).extracting(m -> m.getMountPath())
                .contains("/etc/headgate-tls/web", "/etc/headgate-tls/orders-ca");
        assertThat(manifests.pod().getVolumes()).filteredOn(v -> v.getSecret() != null)
                .extracting(v -> v.getSecret().getSecretName())
                .containsExactlyInAnyOrder("web-tls", "orders-ca");
        assertThat(manifests.one(Pod.class).getSpec().getContainers().getFirst().getArgs())
                .contains("--insecure", "--fail-with-body", "Host: shop.example.org").last()
                .isEqualTo("https://gateway-headgate.edge:443/orders/health");
    }

    @Test
    void the_management_port_keeps_plain_http_for_the_probes_unless_the_user_gives_it_tls() {
        var plain = HelmChart.render(TLS);
        assertThat(map(plain.configuration(), "management", "server", "ssl"))
                .containsExactly(entry("enabled", false));
        assertThat(plain.headgate().getLivenessProbe().getHttpGet().getScheme()).isEqualTo("HTTP");
        var secured = HelmChart.render("""
                tls: { web: { secretName: web-tls } }
                config: { server: { ssl: { bundle: web } }, management: { server: { ssl: { bundle: web } } } }
                """);
        assertThat(map(secured.configuration(), "management", "server", "ssl"))
                .containsExactly(entry("bundle", "web"));
        assertThat(secured.headgate().getLivenessProbe().getHttpGet().getScheme()).isEqualTo("HTTPS");
    }

    @Test
    void options_reach_their_places() {
        var manifests = HelmChart.render(EVERYTHING);
        assertThat(manifests.one(Deployment.class).getSpec().getReplicas()).isNull();
        var scaler = manifests.one(HorizontalPodAutoscaler.class).getSpec();
        assertThat(scaler.getMetrics()).extracting(m -> m.getType()).containsExactly("Resource", "Resource",
                "Pods");
        assertThat(manifests.one(PodDisruptionBudget.class).getSpec().getMinAvailable().getValue())
                .isEqualTo("50%");
        assertThat(manifests.one(PodDisruptionBudget.class).getSpec().getMaxUnavailable()).isNull();
        assertThat(manifests.headgate().getImage()).startsWith("example/headgate@sha256:0123");
        assertThat(variable(manifests, "JDK_JAVA_OPTIONS").getValue()).isEqualTo("-Xmx256m");
        assertThat(manifests.pod().getContainers()).hasSize(2);
        assertThat(manifests.pod().getInitContainers()).hasSize(1);
        assertThat(manifests.pod().getServiceAccountName()).isEqualTo("gateway");
        assertThat(manifests.pod().getTerminationGracePeriodSeconds()).isEqualTo(120);
        assertThat(manifests.all(PodMonitor.class)).hasSize(1);
        var policy = manifests.one(NetworkPolicy.class).getSpec();
        assertThat(policy.getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(policy.getIngress()).hasSize(2);
    }

    @Test
    void the_notes_say_where_clients_reach_it_and_what_is_missing() {
        assertThat(HelmChart.notes(L4))
                .contains("http://gateway-headgate.edge:80 ", "gateway-headgate.edge:53 ")
                .doesNotContain("no pools yet", "6000");
        assertThat(HelmChart.notes(DEFAULTS)).contains("no pools yet");
    }

    @Test
    void the_image_of_the_chart_is_this_version() throws IOException {
        var project = Pattern
                .compile("<artifactId>headgate</artifactId>\\s*<version>([^<]+)</version>")
                .matcher(Files.readString(Path.of("pom.xml")));
        assertThat(project.find()).isTrue();
        assertThat(HelmChart.render(DEFAULTS).headgate().getImage())
                .isEqualTo("headgate:" + project.group(1));
    }

    private static String checksum(String values) {
        var annotations = HelmChart.render(values).one(Deployment.class).getSpec().getTemplate().getMetadata()
                .getAnnotations();
        return annotations == null ? "" : annotations.getOrDefault("checksum/config", "");
    }

    private static List<String> paths(Probe... probes) {
        return Arrays.stream(probes)
                .map(p -> p.getHttpGet().getPort().getValue() + " " + p.getHttpGet().getPath()).toList();
    }

    private static EnvVar variable(Manifests manifests, String name) {
        return manifests.headgate().getEnv().stream().filter(v -> v.getName().equals(name)).findFirst()
                .orElseThrow();
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> map(Map<?, ?> parent, String... path) {
        Map<String, Object> found = (Map<String, Object>) parent;
        for (String key : path) {
            assertThat(found).containsKey(key);
            found = (Map<String, Object>) Objects.requireNonNull(found.get(key));
        }
        return found;
    }
}
