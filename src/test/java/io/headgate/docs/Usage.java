package io.headgate.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.springframework.boot.env.YamlPropertySourceLoader;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.io.FileSystemResource;

/** Which examples use which property. */
final class Usage {

    private static final Map<String, List<String>> EXAMPLES = read();

    private Usage() {
    }

    private static Map<String, List<String>> read() {
        try {
            Map<String, List<String>> properties = new TreeMap<>();
            for (Path folder : ExamplesTest.examples()) {
                properties.put(folder.getFileName().toString(), names(folder.resolve("application.yml")));
            }
            return properties;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<String> names(Path yaml) throws IOException {
        return new YamlPropertySourceLoader().load("example", new FileSystemResource(yaml)).stream()
                .flatMap(
                        source -> List.of(((EnumerablePropertySource<?>) source).getPropertyNames()).stream())
                .toList();
    }

    /** Links to the examples that use the property, whose name is written as {@link Metadata} writes it. */
    static String examples(String property, String folder) {
        String name = Pattern.quote(property).replace("[*]", "\\E\\[\\d+]\\Q").replace("*", "\\E[^.]+\\Q");
        Pattern uses = Pattern.compile(name + "([.\\[].*)?");
        return EXAMPLES.entrySet().stream()
                .filter(example -> example.getValue().stream().anyMatch(used -> uses.matcher(used).matches()))
                .map(example -> "[" + example.getKey() + "](" + folder + example.getKey()
                        + "/application.yml)")
                .collect(Collectors.joining(", "));
    }
}
