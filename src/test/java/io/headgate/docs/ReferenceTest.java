package io.headgate.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.Algorithm;
import io.headgate.pool.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/reference.md and docs/reasons.md. */
class ReferenceTest {

    @Test
    void theReferenceNamesEveryPropertyWithItsDefault() throws IOException {
        StringBuilder text = new StringBuilder(
                """
                        # Reference of `headgate.*`

                        Made from the code; a test compares. Durations are written like `500ms`, `2s`, `5m`, sizes like `64KB`, `10MB`. `*` stands for a name
                        of your own: lower-case letters, digits and hyphens. Routes, TLS material and circuit breakers have Spring Cloud Gateway's,
                        Spring Boot's and Resilience4j's own properties.

                        Algorithms (`balance`): %s.

                        | property | type | default | meaning | used in |
                        | --- | --- | --- | --- | --- |
                        """
                        .formatted(String.join(", ",
                                Algorithm.names().stream().map(name -> "`" + name + "`").toList())));
        List<Metadata.Property> properties = Metadata.properties();
        assertThat(properties).allSatisfy(property -> assertThat(property.description()).isNotBlank());
        properties.stream().filter(property -> !property.isGroup())
                .forEach(property -> text.append("| `").append(property.name()).append("` | ")
                        .append(type(property.type())).append(" | ")
                        .append(property.defaultValue() == null ? "" : "`" + property.defaultValue() + "`")
                        .append(" | ")
                        .append(property.description().replace("|", "\\|")).append(" | ")
                        .append(Usage.examples(property.name(), "../examples/")).append(" |\n"));
        Document.assertCurrent(Path.of("docs/reference.md"), text.toString());
    }

    @Test
    void everyPropertyOfPoolsIsUsedInAnExample() throws IOException {
        assertThat(Metadata.properties()).filteredOn(property -> !property.isGroup())
                .filteredOn(property -> property.name().startsWith("headgate.pools.")
                        || property.name().startsWith("headgate.sticky.")
                        || property.name().equals("headgate.zone"))
                .allSatisfy(property -> assertThat(Usage.examples(property.name(), "")).isNotEmpty());
    }

    @Test
    void theReasonsAreTheClosedList() throws IOException {
        StringBuilder text = new StringBuilder(
                """
                        # Reasons

                        Whatever Headgate answers or closes by itself has a reason from this list: in the body of the answer (`"reason"`), in the access log
                        (`reason=`) and in the metric `headgate_reasons_total{layer,reason}`. Made from the code; a test compares.

                        | reason | HTTP status | meaning |
                        | --- | --- | --- |
                        """);
        for (Reason reason : Reason.values()) {
            text.append("| `").append(reason.code()).append("` | ").append(reason.status()).append(" | ")
                    .append(reason.description()).append(" |\n");
        }
        text.append(
                """

                        499 is never sent: it stands in the access log where the client left first. At layer 4 the status means nothing.
                        """);
        Document.assertCurrent(Path.of("docs/reasons.md"), text.toString());
    }

    private static String type(String type) {
        return type.replaceAll("[a-z.]+\\.([A-Z])", "$1").replace(",", ", ");
    }
}
