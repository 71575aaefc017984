package io.headgate.admin.access;

import io.headgate.l7.Secrets;
import java.util.List;
import java.util.Map;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import org.springframework.web.util.pattern.PathPattern;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Reads need no credentials. So Spring Cloud Gateway's own answers about routes are sent without the
 * credentials in them: names of headers and parameters stay, but values such as that of {@code Authorization}
 * do not.
 */
final class MaskedReads implements WebFilter {

    private final JsonMapper json = JsonMapper.builder().build();
    private final PathPattern gateway;

    MaskedReads(EndpointPaths paths) {
        this.gateway = paths.below("gateway", "/**");
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return gateway.matches(exchange.getRequest().getPath().pathWithinApplication())
                ? chain.filter(exchange.mutate().response(new Rewritten(exchange.getResponse(), this::masked))
                        .build())
                : chain.filter(exchange);
    }

    private byte[] masked(byte[] answer) {
        if (answer.length == 0) {
            return answer;
        }
        try {
            return json.writeValueAsBytes(masked(json.readTree(answer)));
        } catch (JacksonException e) {
            return new byte[0]; // rather no answer than one that cannot be masked
        }
    }

    private JsonNode masked(JsonNode node) {
        switch (node) {
            case ObjectNode object -> {
                boolean about = !object.has("uri") && object.properties().stream().map(Map.Entry::getValue)
                        .anyMatch(MaskedReads::isName);
                for (Map.Entry<String, JsonNode> each : List.copyOf(object.properties())) {
                    JsonNode value = each.getValue();
                    boolean secret = !isName(value) && value.isValueNode()
                            && (about || Secrets.isCredential(each.getKey()));
                    object.set(each.getKey(), secret
                            ? json.getNodeFactory().stringNode(Secrets.MASK)
                            : masked(value));
                }
            }
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    array.set(i, masked(array.get(i)));
                }
            }
            default -> {
                return node.isString()
                        ? json.getNodeFactory().stringNode(Secrets.masked(node.asString()))
                        : node;
            }
        }
        return node;
    }

    private static boolean isName(JsonNode node) {
        return node.isString() && Secrets.isCredential(node.asString());
    }
}
