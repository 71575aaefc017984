package io.headgate.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Sysctl;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.Yaml;

/** Values that are allowed and that nobody tries first. */
class HelmOddValuesTest {

    private static final String LONG_RELEASE = "a-very-long-name-of-a-release-for-the-edge-of-shop-1";
    private static final String LABEL = "(([A-Za-z0-9][-A-Za-z0-9_.]{0,61})?[A-Za-z0-9])?";

    /** Every value of the chart, as a path of keys. */
    static List<String> values() throws IOException {
        List<String> paths = new ArrayList<>();
        Map<?, ?> all = new Yaml().load(Files.readString(HelmChart.FOLDER.resolve("values.yaml")));
        collect("", all, paths);
        return paths;
    }

    private static void collect(String prefix, Map<?, ?> values, List<String> paths) {
        values.forEach((key, value) -> {
            paths.add(prefix + key);
            if (value instanceof Map<?, ?> nested) {
                collect(prefix + key + "/", nested, paths);
            }
        });
    }

    /** What is left of a block whose content was commented out. */
    @ParameterizedTest
    @MethodSource("values")
    void a_value_without_content_is_an_empty_one_or_is_refused_by_its_name(String path) {
        List<String> keys = List.of(path.split("/"));
        String everythingOn = "autoscaling: { enabled: %s }%nmetrics: { podMonitor: { enabled: true }, prometheusRule: { enabled: true }, dashboard: { enabled: true } }%n"
                .formatted(!path.equals("replicas"));
        String values = "{ " + String.join(": { ", keys) + ": null" + " }".repeat(keys.size());
        Map<String, Object> merged = new Yaml().load(everythingOn);
        overlay(merged, new Yaml().load(values));
        try {
            valid(HelmChart.render(new Yaml().dump(merged)));
        } catch (RuntimeException refused) {
            assertThat(refused).hasMessageContaining("schema").hasMessageContaining(keys.getLast());
        }
    }

    @SuppressWarnings("unchecked")
    private static void overlay(Map<String, Object> below, Map<String, Object> above) {
        above.forEach((key, value) -> {
            if (value instanceof Map<?, ?> map && below.get(key) instanceof Map<?, ?> there) {
                overlay((Map<String, Object>) there, (Map<String, Object>) map);
            } else {
                below.put(key, value);
            }
        });
    }

    @Test
    void tcp_and_udp_share_a_port_and_loopback_shares_it_with_both() {
        var manifests = HelmChart.render("""
                config:
                  headgate:
                    listeners:
                      dns: { bind: "0.0.0.0:5353", protocol: udp, pool: dns }
                      dns-tcp: { bind: "0.0.0.0:5353", pool: dns }
                      own: { bind: "127.0.0.1:53", pool: dns }
                    pools: { dns: { members: ["dns:53"] } }
                """);
        assertThat(manifests.servicePorts()).containsExactlyInAnyOrder("http 80->8080/TCP",
                "udp-dns 5353->5353/UDP", "tcp-dns-tcp 5353->5353/TCP");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            config: { headgate: { listeners: { a: { bind: "127.0.0.1:53" } } } }      | 53
            config: { headgate: { listeners: { a: { bind: "0.0.0.0:53", protocol: udp } } } } | 53
            config: { server: { port: 443 }, management: { server: { port: 81 } } }   | 81
            config: { server: { port: 1024 } }                                        | none
            { config: { server: { port: 80 } }, podSecurityContext: { sysctls: [{ name: net.ipv4.ip_unprivileged_port_start, value: "0" }] } } | 0
            """)
    void an_unprivileged_user_may_open_every_port_of_the_configuration(String values, String from) {
        var sysctls = HelmChart.render(values).pod().getSecurityContext().getSysctls();
        assertThat(sysctls).extracting(Sysctl::getValue)
                .isEqualTo(from.equals("none") ? List.of() : List.of(from));
    }

    @Test
    void two_releases_in_one_namespace_share_neither_names_nor_pods() {
        var one = HelmChart.render("edge", "{}");
        var other = HelmChart.render("edge-2", "{}");
        assertThat(one.names()).doesNotContainAnyElementsOf(other.names());
        assertThat(selector(one)).isNotEqualTo(selector(other));
    }

    @Test
    void long_names_stay_valid_and_apart() {
        String on = "metrics: { dashboard: { enabled: true }, prometheusRule: { enabled: true } }";
        var one = HelmChart.render(LONG_RELEASE, on);
        valid(one);
        assertThat(one.names()).doesNotContainAnyElementsOf(
                HelmChart.render(LONG_RELEASE.replace("-1", "-2"), on).names());
        valid(HelmChart.render(LONG_RELEASE, "nameOverride: " + "n".repeat(80)));
        valid(HelmChart.render(LONG_RELEASE, "fullnameOverride: " + "n".repeat(80)));
    }

    @Test
    void a_releases_name_becomes_the_name_of_a_service_or_is_refused() {
        valid(HelmChart.render("edge.eu", "{}"));
        assertThatThrownBy(() -> HelmChart.render("1st", "{}"))
                .hasMessageContaining("name of the release: 1st (expected: one that begins with a letter");
        valid(HelmChart.render("1st", "fullnameOverride: first"));
    }

    @Test
    void long_names_of_listeners_that_a_port_cannot_tell_apart_are_refused() {
        String name = "l".repeat(60);
        assertThatThrownBy(() -> HelmChart.render("""
                config: { headgate: { listeners: { %s1: { bind: "x:1" }, %s2: { bind: "x:2" } } } }
                """.formatted(name, name))).hasMessageContaining("differs from " + name + "1");
        valid(HelmChart.render("config: { headgate: { listeners: { %s: { bind: x:1 } } } }".formatted(name)));
    }

    @Test
    void a_label_given_twice_is_there_once_and_none_takes_the_pods_from_the_service() {
        var manifests = HelmChart.render("""
                commonLabels: { team: a, release: a, app.kubernetes.io/name: mine }
                podLabels: { team: b, app.kubernetes.io/instance: mine }
                podAnnotations: { checksum/config: mine }
                metrics:
                  podMonitor: { enabled: true, labels: { release: b } }
                  prometheusRule: { enabled: true, labels: { release: b } }
                  dashboard: { enabled: true, labels: { release: b } }
                """);
        valid(manifests);
        var pod = manifests.one(Deployment.class).getSpec().getTemplate().getMetadata();
        assertThat(pod.getLabels()).containsAllEntriesOf(selector(manifests)).containsEntry("team", "b");
        assertThat(manifests.one(PodMonitor.class).getMetadata().getLabels()).containsEntry("release", "b");
        assertThat(pod.getAnnotations().get("checksum/config")).hasSize(64);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            { bundle: web, enabled: false }  | http
            { certificate: /etc/x/tls.crt }  | https
            {}                               | http
            """)
    void the_port_is_named_as_boot_serves_it(String ssl, String name) {
        assertThat(HelmChart.render("config: { server: { ssl: %s } }".formatted(ssl)).servicePorts())
                .containsExactly(name + " 80->8080/TCP");
    }

    private static final String KERNEL = """
            kernel: { enabled: true }
            config: { headgate: { listeners: { dns: { bind: "0.0.0.0:53", protocol: udp, engine: auto } } } }
            """;

    @Test
    void the_kernels_engine_has_the_nodes_network_and_what_it_needs_of_root() {
        var manifests = HelmChart.render(KERNEL);
        valid(manifests);
        var deployment = manifests.one(Deployment.class).getSpec();
        var pod = deployment.getTemplate().getSpec();
        assertThat(pod.getHostNetwork()).isTrue();
        assertThat(pod.getDnsPolicy()).isEqualTo("ClusterFirstWithHostNet");
        assertThat(pod.getSecurityContext().getRunAsUser()).isZero();
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isFalse();
        assertThat(pod.getSecurityContext().getSysctls()).as("the node's").isEmpty();
        var container = pod.getContainers().getFirst();
        var capabilities = container.getSecurityContext().getCapabilities();
        assertThat(capabilities.getAdd()).containsExactly("NET_ADMIN", "NET_BIND_SERVICE");
        assertThat(capabilities.getDrop()).containsExactly("ALL");
        assertThat(deployment.getStrategy().getRollingUpdate().getMaxSurge().getIntVal()).isZero();
    }

    @Test
    void in_the_nodes_network_the_management_port_is_on_loopback_unless_asked_otherwise() {
        assertThat(managementAddress(KERNEL)).isEqualTo("127.0.0.1");
        assertThat(probed(KERNEL)).containsOnly("127.0.0.1");
        String asked = KERNEL + "managementAddress: 10.0.0.4\n";
        assertThat(managementAddress(asked)).isEqualTo("10.0.0.4");
        assertThat(probed(asked)).containsOnlyNulls();
    }

    private static String managementAddress(String values) {
        return container(values).getEnv().stream()
                .filter(variable -> variable.getName().equals("MANAGEMENT_SERVER_ADDRESS")).findFirst()
                .orElseThrow().getValue();
    }

    private static List<String> probed(String values) {
        var container = container(values);
        return Stream.of(container.getLivenessProbe(), container.getReadinessProbe(),
                container.getStartupProbe()).map(probe -> probe.getHttpGet().getHost()).toList();
    }

    private static Container container(String values) {
        return HelmChart.render(values).one(Deployment.class).getSpec().getTemplate().getSpec()
                .getContainers()
                .getFirst();
    }

    private static Map<String, String> selector(Manifests manifests) {
        return manifests.one(Service.class).getSpec().getSelector();
    }

    /** As the API server sees names and labels. */
    private static void valid(Manifests manifests) {
        Set<String> names = new LinkedHashSet<>(manifests.names());
        assertThat(names).hasSameSizeAs(manifests.objects());
        for (HasMetadata object : manifests.objects()) {
            assertThat(object.getMetadata().getName())
                    .matches(object instanceof Service
                            ? "[a-z]([a-z0-9-]{0,61}[a-z0-9])?"
                            : "[a-z0-9]([a-z0-9-]{0,251}[a-z0-9])?");
            assertThat(object.getMetadata().getLabels().values()).allMatch(value -> value.matches(LABEL));
        }
        Stream.of(manifests.one(Deployment.class).getSpec().getTemplate().getMetadata().getLabels().values())
                .forEach(labels -> assertThat(labels).allMatch(value -> value.matches(LABEL)));
        assertThat(manifests.all(Service.class)).flatExtracting(service -> service.getSpec().getPorts())
                .extracting(port -> port.getName()).doesNotHaveDuplicates()
                .allMatch(name -> name.matches("[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"));
    }
}
