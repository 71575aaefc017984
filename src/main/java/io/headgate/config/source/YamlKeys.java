package io.headgate.config.source;

import io.headgate.config.fault.Fault;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Keys that are written twice, and names of pools and listeners that YAML does not read as text, such as no,
 * on or 0123: they would be called false, true and 83.
 */
final class YamlKeys {

    private static final List<String> NAMED = List.of("headgate.pools", "headgate.listeners");

    private YamlKeys() {
    }

    static Stream<Fault> faults(Node document, String file) {
        return Stream.concat(repeated(document, "", file), faults(document, "", file));
    }

    private static Stream<Fault> repeated(Node node, String path, String file) {
        Set<String> seen = new HashSet<>();
        return switch (node) {
            case MappingNode map -> map.getValue().stream().flatMap(entry -> {
                String key = entry.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "";
                String name = path.isEmpty() ? key : path + "." + key;
                return entry.getKeyNode().getTag().equals(Tag.MERGE) || seen.add(key)
                        ? repeated(entry.getValueNode(), name, file)
                        : Stream.of(new Fault(name, "duplicate key " + key, "each key once",
                                "Write what is below the two keys below one.",
                                place(entry.getKeyNode(), file)));
            });
            case SequenceNode list -> list.getValue().stream()
                    .flatMap(element -> repeated(element, path + "[]", file));
            default -> Stream.empty();
        };
    }

    private static String place(Node node, String file) {
        return file + ":" + (node.getStartMark().getLine() + 1) + ":" + (node.getStartMark().getColumn() + 1);
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
                        place(key, file)));
    }
}
