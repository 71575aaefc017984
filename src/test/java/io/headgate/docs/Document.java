package io.headgate.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file that is made from the code. {@code -Ddocs.update=true} writes it instead of comparing. */
final class Document {

    private Document() {
    }

    static void assertCurrent(Path file, String content) throws IOException {
        if (Boolean.getBoolean("docs.update")) {
            Files.writeString(file, content);
        }
        assertThat(file).as("run: ./mvnw test -Dtest='ReferenceTest,SchemaTest' -Ddocs.update=true")
                .content().isEqualTo(content);
    }
}
