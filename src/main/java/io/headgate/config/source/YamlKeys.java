package io.headgate.config.source;

import io.headgate.config.fault.Fault;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Names of pools and listeners that YAML does not read as text, such as no, on or 0123: they would be called
 * false, true and 83.
 */
final class YamlKeys {

    private static final List<String> NAMED = List.of("headgate.pools", "headgate.listeners");

    private YamlKeys() {
    }

    static Stream<Fault> faults(Node document, String file) {
        return faults(document, "", file);
    }

    private static Stream<Fault> faults(Node node, String path, String file) {
        if (!(node instanceof MappingNode map)) {
            return Stream.empty();
        }
        return map.getValue().stream().flatMap(entry -> {
            if (!(entry.getKeyNode() instanceof ScalarNode key)) {
                return Stream.empty();
            }
            String name = path.isEmpty() ? key.getValue() : path + "." + key.getValue();
            if (NAMED.contains(path) && key.isPlain()) {
                return changed(key, name, file);
            }
            return NAMED.stream().anyMatch(named -> (named + ".").startsWith(name + "."))
                    ? faults(entry.getValueNode(), name, file)
                    : Stream.empty();
        });
    }

    private static Stream<Fault> changed(ScalarNode key, String property, String file) {
        Map<?, ?> read = new Yaml(new SafeConstructor(new LoaderOptions())).load(key.getValue() + ": 0");
        String value = String.valueOf(read.keySet().iterator().next());
        return value.equals(key.getValue())
                ? Stream.empty()
                : Stream.of(new Fault(property, key.getValue(),
                        "a name as text: YAML reads " + key.getValue() + " as " + value,
                        "Put it in quotes: \"" + key.getValue() + "\".",
                        file + ":" + (key.getStartMark().getLine() + 1) + ":"
                                + (key.getStartMark().getColumn() + 1)));
    }
}
