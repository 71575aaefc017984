package io.headgate.packaging;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Prometheus operator's PrometheusRule, with the fields that the chart may write (from the operator's
 * API, v1).
 */
@JsonDeserialize(using = JsonDeserializer.None.class)
final class PrometheusRule extends OperatorResource {

    private static final long serialVersionUID = 1;

    public Spec spec = new Spec(List.of());

    record Spec(List<Group> groups) {}

    record Group(String name, List<Rule> rules) {}

    record Rule(String alert, String expr, @JsonProperty("for") @Nullable String duration,
            Map<String, String> labels,
            Map<String, String> annotations) {}
}
