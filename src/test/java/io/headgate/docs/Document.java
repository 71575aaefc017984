package io.headgate.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is made from the code. {@code -Ddocs.update=true} writes it instead of comparing. */
final class Document {

    private Document() {
    }

    /** A part of a page, between two comments that name it. */
    static void assertCurrent(Path file, String part, String content) throws IOException {
        String begin = "<!-- " + part + ": made from the code -->\n";
        String end = "<!-- end of " + part + " -->\n";
        String page = Files.readString(file);
        assertThat(page).containsOnlyOnce(begin).containsOnlyOnce(end);
        assertCurrent(file, page.substring(0, page.indexOf(begin)) + begin + content
                + page.substring(page.indexOf(end)));
    }

    static void assertCurrent(Path file, String content) throws IOException {
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(file, content);
        }
        assertThat(file).as("run: ./mvnw test -Dtest='ReferenceTest,SchemaTest' -Ddocs.update=true")
                .content().isEqualTo(content);
    }
}
