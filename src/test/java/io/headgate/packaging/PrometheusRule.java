package io.headgate.packaging;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The Prometheus operator's PrometheusRule, with the fields that the chart may write (from the operator's
 * API, v1).
 */
@JsonDeserialize(using = JsonDeserializer.None.class)
final class PrometheusRule implements HasMetadata {

    private static final long serialVersionUID = 1;

    public String apiVersion = "";
    public String kind = "";
    public ObjectMeta metadata = new ObjectMeta();
    public Spec spec = new Spec(List.of());

    record Spec(List<Group> groups) {}

    record Group(String name, List<Rule> rules) {}

    record Rule(String alert, String expr, @JsonProperty("for") @Nullable String duration,
            Map<String, String> labels,
            Map<String, String> annotations) {}

    @Override
    public ObjectMeta getMetadata() {
        return metadata;
    }

    @Override
    public void setMetadata(ObjectMeta metadata) {
        this.metadata = metadata;
    }

    @Override
    public String getApiVersion() {
        return apiVersion;
    }

    @Override
    public void setApiVersion(String version) {
        this.apiVersion = version;
    }

    @Override
    public String getKind() {
        return kind;
    }
}
