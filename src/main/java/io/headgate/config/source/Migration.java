package io.headgate.config.source;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.springframework.core.env.ConfigurableEnvironment;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Writes the names that Spring Cloud Gateway had before version 5 as they are now:
 * {@code spring.cloud.gateway.routes} is {@code spring.cloud.gateway.server.webflux.routes}. Everything else
 * in a file stays as it is, comments and order too, because only a part of a key is inserted.
 */
public final class Migration {

    /** What is still directly below {@link #GATEWAY}. */
    public static final List<String> STILL_READ = List.of("server", "mvc", "proxyexchange");

    public static final String GATEWAY = "spring.cloud.gateway";
    private static final String NEW = "server.webflux";
    private static final Pattern OLD_PROPERTY = Pattern.compile(
            "(?m)^(\\s*" + Pattern.quote(GATEWAY) + "\\.)(?!(?:" + String.join("|", STILL_READ) + ")\\b)");

    private final String text;
    /** Where something is inserted, in the order of the text. */
    private final Map<Integer, String> insertions = new TreeMap<>();

    private Migration(String text) {
        this.text = text;
    }

    /**
     * The new text of each file that is read.
     *
     * @throws org.yaml.snakeyaml.error.YAMLException if one is no YAML
     */
    public static Map<Path, String> of(ConfigurableEnvironment environment) throws IOException {
        Map<Path, String> all = new LinkedHashMap<>();
        for (Path file : YamlFiles.withProperties(environment)) {
            String text = Files.readString(file);
            all.put(file, file.toString().endsWith(".properties") ? properties(text) : yaml(text));
        }
        return all;
    }

    static String properties(String text) {
        return OLD_PROPERTY.matcher(text).replaceAll("$1" + NEW + ".");
    }

    public static String yaml(String text) {
        Migration migration = new Migration(text);
        for (Node document : new Yaml().composeAll(new StringReader(text))) {
            migration.look("", document);
        }
        StringBuilder result = new StringBuilder();
        int done = 0;
        for (Map.Entry<Integer, String> each : migration.insertions.entrySet()) {
            result.append(text, done, each.getKey()).append(each.getValue());
            done = each.getKey();
        }
        return result.append(text, done, text.length()).toString();
    }

    /**
     * Looks for old names.
     *
     * @param above the name of what the node is the value of
     */
    private void look(String above, Node node) {
        if (!(node instanceof MappingNode mapping)) {
            return;
        }
        for (NodeTuple each : mapping.getValue()) {
            if (each.getKeyNode() instanceof ScalarNode key) {
                String name = above.isEmpty() ? key.getValue() : above + "." + key.getValue();
                if (name.equals(GATEWAY) && isOld(each.getValueNode())) {
                    insert(key, key.getValue().length(), "." + NEW);
                } else if (name.startsWith(GATEWAY + ".")) {
                    String below = name.substring(GATEWAY.length() + 1);
                    if (isOld(below)) {
                        insert(key, key.getValue().length() - below.length(), NEW + ".");
                    }
                } else if (name.equals(GATEWAY) || GATEWAY.startsWith(name + ".")) {
                    look(name, each.getValueNode());
                }
            }
        }
    }

    /** Whether all that is in it has an old name. */
    private static boolean isOld(Node gateway) {
        return gateway instanceof MappingNode mapping && !mapping.getValue().isEmpty()
                && mapping.getValue().stream().allMatch(
                        each -> each.getKeyNode() instanceof ScalarNode key && isOld(key.getValue()));
    }

    private static boolean isOld(String below) {
        return !STILL_READ.contains(below.split("[.\\[]", 2)[0]);
    }

    private void insert(ScalarNode key, int at, String part) {
        int start = text.offsetByCodePoints(0, key.getStartMark().getIndex());
        int quote = "\"'".indexOf(text.charAt(start)) >= 0 ? 1 : 0;
        insertions.put(start + quote + at, part);
    }
}
