package io.headgate.admin.human;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.headgate.admin.access.Rewritten;
import io.headgate.pool.Clock;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.core.annotation.Order;
import org.springframework.web.server.ServerWebExchange;
import org.springframework.web.server.WebFilter;
import org.springframework.web.server.WebFilterChain;
import reactor.core.publisher.Mono;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.JsonNodeFactory;
import tools.jackson.databind.node.ObjectNode;

/**
 * With {@code ?human} in its query, an answer in JSON comes indented, with durations, times and sizes as
 * people read them. It is the same answer otherwise.
 */
@Order(-6) // so it gets what MaskedReads has masked
public final class HumanAnswers implements WebFilter {

    private static final String PARAMETER = "human";

    private final JsonMapper json = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private final JsonNodeFactory nodes = json.getNodeFactory();
    private final InstantSource wall;

    public HumanAnswers(Clock clock) {
        this.wall = clock.wall();
    }

    @Override
    public Mono<Void> filter(ServerWebExchange exchange, WebFilterChain chain) {
        return exchange.getRequest().getQueryParams().containsKey(PARAMETER)
                ? chain.filter(exchange.mutate()
                        .response(new Rewritten(exchange.getResponse(), this::readable)).build())
                : chain.filter(exchange);
    }

    private byte[] readable(byte[] answer) {
        if (answer.length == 0) {
            return answer;
        }
        try {
            JsonNode read = json.readTree(answer);
            return read.isContainer()
                    ? (json.writeValueAsString(readable("", read)) + "\n").getBytes(UTF_8)
                    : answer;
        } catch (JacksonException e) {
            return answer;
        }
    }

    private JsonNode readable(String name, JsonNode node) {
        return switch (node) {
            case ObjectNode object -> {
                for (Map.Entry<String, JsonNode> each : List.copyOf(object.properties())) {
                    object.set(each.getKey(), readable(each.getKey(), each.getValue()));
                }
                yield object;
            }
            case ArrayNode array -> {
                for (int i = 0; i < array.size(); i++) {
                    array.set(i, readable(name, array.get(i)));
                }
                yield array;
            }
            default -> node.isString() ? text(node) : number(name, node);
        };
    }

    private JsonNode number(String name, JsonNode node) {
        return node.isIntegralNumber() && isSize(name)
                ? nodes.stringNode(
                        Amount.bytes(node.asLong()) + (name.startsWith("rate") ? " a second" : ""))
                : node;
    }

    /** Names such as bytesIn, maxBytes and rateOut, which is bytes a second. */
    private static boolean isSize(String name) {
        return name.toLowerCase(Locale.ROOT).contains("bytes") || name.matches("rate(In|Out)");
    }

    private JsonNode text(JsonNode node) {
        String text = node.asString();
        try {
            if (text.matches("PT?[\\d.DHMS-]+[DHMS]")) {
                return nodes.stringNode(Amount.of(Duration.parse(text)));
            }
            if (text.matches("\\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z")) {
                return nodes.stringNode(Amount.of(Instant.parse(text), wall.instant()));
            }
        } catch (DateTimeException e) {
            return node;
        }
        return node;
    }
}
