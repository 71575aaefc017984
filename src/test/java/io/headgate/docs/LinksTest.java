package io.headgate.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Links between the project's own documents lead somewhere. */
class LinksTest {

    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("^```.*?^```$", Pattern.MULTILINE | Pattern.DOTALL);
    private static final Pattern HEADING = Pattern.compile("^#+ +(.+)$", Pattern.MULTILINE);
    private static final Pattern ELSEWHERE = Pattern.compile("[a-z]+:.*");

    private static List<Path> documents() throws IOException {
        List<Path> documents = new ArrayList<>();
        for (Path folder : List.of(Path.of("docs"), Path.of("examples"))) {
            try (Stream<Path> files = Files.walk(folder)) {
                files.filter(LinksTest::isDocument).forEach(documents::add);
            }
        }
        for (String folder : List.of("", "bench", "helm/headgate")) {
            try (Stream<Path> files = Files.list(Path.of(folder))) {
                files.filter(LinksTest::isDocument).forEach(documents::add);
            }
        }
        return documents;
    }

    private static boolean isDocument(Path file) {
        return file.toString().endsWith(".md");
    }

    private record Link(Path from, String target) {

        Path file() {
            String path = target.split("#", 2)[0];
            return path.isEmpty() ? from : from.resolveSibling(path).normalize();
        }

        boolean leadsSomewhere() throws IOException {
            if (!Files.exists(file())) {
                return false;
            }
            int mark = target.indexOf('#');
            return mark < 0 || anchors(file()).contains(target.substring(mark + 1));
        }
    }

    private static List<Link> links() throws IOException {
        List<Link> links = new ArrayList<>();
        for (Path document : documents()) {
            Matcher link = LINK.matcher(prose(document));
            while (link.find()) {
                if (!ELSEWHERE.matcher(link.group(1)).matches()) {
                    links.add(new Link(document, link.group(1)));
                }
            }
        }
        return links;
    }

    private static String prose(Path document) throws IOException {
        return CODE.matcher(Files.readString(document)).replaceAll("");
    }

    /** As GitHub makes them of headings. */
    private static Set<String> anchors(Path document) throws IOException {
        return HEADING.matcher(prose(document)).results().map(heading -> heading.group(1)
                .toLowerCase(Locale.ROOT).replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void everyLinkLeadsToAFileAndToAHeadingIfItNamesOne() throws IOException {
        List<Link> broken = new ArrayList<>();
        for (Link link : links()) {
            if (!link.leadsSomewhere()) {
                broken.add(link);
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void everyPageIsLinkedFromAnother() throws IOException {
        Set<Path> reached = new TreeSet<>();
        for (Link link : links()) {
            if (!link.file().equals(link.from())) {
                reached.add(link.file());
            }
        }
        assertThat(documents()).filteredOn(page -> page.startsWith("docs") && page.getNameCount() == 2)
                .isNotEmpty().isSubsetOf(reached);
    }
}
