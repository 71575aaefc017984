package io.headgate.docs;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.reload.LiveProperty;
import io.headgate.pool.Algorithm;
import io.headgate.pool.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** docs/reference.md, docs/reasons.md, and what docs/management.md says of reloads. */
class ReferenceTest {

    @Test
    void theReferenceNamesEveryPropertyWithItsDefault() throws IOException {
        StringBuilder text = new StringBuilder(
                """
                        # Reference of `headgate.*`

                        This page is made from the code, and a test compares them. Durations are written like `500ms`, `2s`, `5m`, sizes like `64KB`, `10MB`. `*` stands
                        for a name of your own: lower-case letters, digits and hyphens. Routes, TLS material and circuit breakers have the properties of
                        Spring Cloud Gateway, Spring Boot and Resilience4j.

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

    /** A record without a prefix of its own has none in the metadata, and so none in the schemas. */
    @Test
    void everyGroupHasItsProperties() throws IOException {
        List<Metadata.Property> properties = Metadata.properties();
        assertThat(properties).filteredOn(Metadata.Property::isGroup).allSatisfy(
                group -> assertThat(properties).as(group.name()).anyMatch(
                        each -> each.name().startsWith(group.name() + ".")
                                || each.name().startsWith(group.name() + "[*]")));
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

                        Every answer and every close of Headgate's own has a reason from this list: in the body of the answer (`"reason"`), in the access log
                        (`reason=`) and in the metric `headgate_reasons_total{layer,reason}`. This page is made from the code, and a test compares them.

                        | reason | layer | HTTP status | counts against the member | another member is tried | meaning |
                        | --- | --- | --- | --- | --- | --- |
                        """);
        for (Reason reason : Reason.values()) {
            text.append("| `").append(reason.code()).append("` | ").append(reason.where()).append(" | ")
                    .append(reason.where().isLayer7() ? reason.status() : "").append(" | ")
                    .append(reason.outcome().failed() ? "yes" : "no").append(" | ")
                    .append(switch (reason.retry()) {
                        case ALWAYS -> "yes";
                        case IF_REPEATABLE -> "if the request is repeatable";
                        case NEVER -> "no";
                    }).append(" | ").append(reason.description()).append(" |\n");
        }
        text.append(
                """

                        The HTTP status is sent at layer 7. At layer 4 the connection is closed. 499 is never sent. It is in the access log when the client
                        left first.

                        "Counts against the member" means that passive detection is told of a failure. A reason with "yes" does not count when:

                        - Headgate looked too late, because it had stood still itself.
                        - The client was awaited as well.
                        - A connection at layer 4 was only silent.

                        A request is repeatable when the member has not begun to answer, and when one of these holds:

                        - The method is `GET`, `HEAD`, `OPTIONS`, `TRACE`, `PUT` or `DELETE`, and there is no body.
                        - Nothing of the request has been sent.

                        At layer 4 nothing is repeated: another member is tried only until a connection is made.
                        """);
        Document.assertCurrent(Path.of("docs/reasons.md"), text.toString());
    }

    @Test
    void theManagementPageNamesWhatAReloadChangesAtOnce() throws IOException {
        StringBuilder text = new StringBuilder("A reload changes these at once:\n\n");
        LiveProperty.ALL.forEach(property -> text.append("- `").append(property.name()).append('`')
                .append(property.note().isEmpty() ? "" : ", " + property.note()).append('\n'));
        text.append("- the routes and default filters of Spring Cloud Gateway\n"
                + "- `spring.ssl.bundle.jks` and `spring.ssl.bundle.pem`, for new connections\n");
        Document.assertCurrent(Path.of("docs/management.md"), "live", text.toString());
    }

    private static String type(String type) {
        return type.replaceAll("[a-z.]+\\.([A-Z])", "$1").replace(",", ", ");
    }
}
