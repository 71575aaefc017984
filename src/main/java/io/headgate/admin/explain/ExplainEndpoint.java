package io.headgate.admin.explain;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/** {@code GET /actuator/explain}: what would become of a request, and why. */
@Endpoint(id = "explain")
public final class ExplainEndpoint {

    private final Explainer explainer;

    ExplainEndpoint(Explainer explainer) {
        this.explainer = explainer;
    }

    /**
     * Explains a request.
     *
     * @param header one or several, each as {@code Name: value}
     */
    @ReadOperation
    public WebEndpointResponse<Object> explain(String url, @Nullable String method, @Nullable Object header,
            @Nullable String client) {
        try {
            return new WebEndpointResponse<>(
                    explainer.explain(Question.of(method == null ? "GET" : method, url,
                            headers(header), client == null ? "127.0.0.1" : client)));
        } catch (IllegalArgumentException e) {
            return new WebEndpointResponse<>(Map.of("error", String.valueOf(e.getMessage())),
                    WebEndpointResponse.STATUS_BAD_REQUEST);
        }
    }

    /** One is a text, several are a list. */
    private static List<String> headers(@Nullable Object header) {
        List<String> all = new ArrayList<>();
        switch (header) {
            case null -> {
                // none
            }
            case List<?> several -> several.forEach(each -> all.add(String.valueOf(each)));
            default -> all.add(header.toString());
        }
        return all;
    }
}
