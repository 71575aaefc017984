package io.headgate.packaging;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.Map;

/**
 * Reads a manifest as the API server does with strict field validation: an unknown kind, an unknown field, a
 * number where a string belongs (an annotation, the value of a variable) and the reverse are errors.
 */
final class StrictKubernetes {

    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.ofEntries( //
            Map.entry("v1/ConfigMap", ConfigMap.class), //
            Map.entry("v1/Pod", Pod.class), //
            Map.entry("v1/Secret", Secret.class), //
            Map.entry("v1/Service", Service.class), //
            Map.entry("v1/ServiceAccount", ServiceAccount.class), //
            Map.entry("apps/v1/Deployment", Deployment.class), //
            Map.entry("autoscaling/v2/HorizontalPodAutoscaler", HorizontalPodAutoscaler.class), //
            Map.entry("networking.k8s.io/v1/NetworkPolicy", NetworkPolicy.class), //
            Map.entry("policy/v1/PodDisruptionBudget", PodDisruptionBudget.class), //
            Map.entry("monitoring.coreos.com/v1/PodMonitor", PodMonitor.class), //
            Map.entry("monitoring.coreos.com/v1/PrometheusRule", PrometheusRule.class));

    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS).annotationIntrospector(new NoCatchAll())
            .withCoercionConfigDefaults(
                    rules -> rules.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    static HasMetadata read(Map<?, ?> manifest) {
        JsonNode tree = MAPPER.valueToTree(manifest);
        String kind = tree.path("apiVersion").asText() + "/" + tree.path("kind").asText();
        Class<? extends HasMetadata> type = KINDS.get(kind);
        if (type == null) {
            throw new IllegalArgumentException(
                    "kind: " + kind + " (expected: one of " + KINDS.keySet() + ")");
        }
        try {
            return MAPPER.treeToValue(tree, type);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(kind + ": " + e.getMessage(), e);
        }
    }

    /**
     * The model's classes take unknown fields into a map by an "any setter": without it, they are refused.
     */
    private static final class NoCatchAll extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated annotated) {
            return false;
        }
    }

    private StrictKubernetes() {
    }
}
