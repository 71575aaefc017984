package io.headgate.packaging;

import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.kubernetes.api.model.LabelSelector;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The Prometheus operator's PodMonitor, with the fields that the chart may write (from the operator's API,
 * v1).
 */
@JsonDeserialize(using = JsonDeserializer.None.class)
final class PodMonitor extends OperatorResource {

    private static final long serialVersionUID = 1;

    public @Nullable Spec spec;

    record Spec(LabelSelector selector, List<Endpoint> podMetricsEndpoints) {}

    record Endpoint(String port, String path, String scheme, String interval, @Nullable String scrapeTimeout,
            @Nullable List<Relabeling> relabelings, @Nullable List<Relabeling> metricRelabelings) {}

    record Relabeling(@Nullable String action, @Nullable List<String> sourceLabels,
            @Nullable String separator,
            @Nullable String targetLabel, @Nullable String regex, @Nullable String replacement,
            @Nullable Integer modulus) {}
}
