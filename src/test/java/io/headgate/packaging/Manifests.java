package io.headgate.packaging;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;

/** What one rendering of the chart gives to Kubernetes. */
record Manifests(List<HasMetadata> objects) {

    static Manifests parse(String rendered) {
        var objects = new ArrayList<HasMetadata>();
        for (Object document : yaml().loadAll(rendered)) {
            if (document != null) {
                objects.add(StrictKubernetes.read((Map<?, ?>) document));
            }
        }
        return new Manifests(objects);
    }

    /** The only object of this kind. */
    <T extends HasMetadata> T one(Class<T> kind) {
        List<T> found = all(kind);
        assertThat(found).as(kind.getSimpleName()).hasSize(1);
        return found.getFirst();
    }

    <T extends HasMetadata> List<T> all(Class<T> kind) {
        return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
    }

    <T extends HasMetadata> T named(Class<T> kind, String name) {
        return all(kind).stream().filter(o -> o.getMetadata().getName().equals(name)).findFirst()
                .orElseThrow(() -> new AssertionError(kind.getSimpleName() + " " + name + ": not there"));
    }

    PodSpec pod() {
        return one(Deployment.class).getSpec().getTemplate().getSpec();
    }

    Container headgate() {
        return pod().getContainers().getFirst();
    }

    /** The Service's ports, as "NAME PORT->TARGET/PROTOCOL". */
    List<String> servicePorts() {
        return one(Service.class).getSpec().getPorts().stream().map(Manifests::text).toList();
    }

    /** The application.yml that the ConfigMap holds. */
    Map<?, ?> configuration() {
        String mounted = pod().getVolumes().stream().filter(v -> v.getConfigMap() != null).findFirst()
                .orElseThrow().getConfigMap().getName();
        Map<String, String> data = named(ConfigMap.class, mounted).getData();
        assertThat(data).containsOnlyKeys("application.yml");
        return yaml().load(data.getOrDefault("application.yml", ""));
    }

    /** Kinds with their names, as "KIND NAME". */
    List<String> names() {
        return objects.stream().map(o -> o.getKind() + " " + o.getMetadata().getName())
                .collect(Collectors.toList());
    }

    private static String text(ServicePort port) {
        return "%s %d->%s/%s".formatted(port.getName(), port.getPort(), port.getTargetPort().getValue(),
                port.getProtocol());
    }

    /** A key that is there twice is an error, which Helm itself lets pass. */
    private static Yaml yaml() {
        var options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        return new Yaml(new SafeConstructor(options));
    }
}
