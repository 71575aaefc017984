package io.headgate.l7.gateway.compile;

import io.headgate.l7.route.Answer;
import io.headgate.l7.route.QueryParameters;
import io.headgate.l7.route.RequestDraft;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory.NameConfig;
import org.springframework.cloud.gateway.filter.factory.AbstractNameValueGatewayFilterFactory.NameValueConfig;
import org.springframework.cloud.gateway.filter.factory.PrefixPathGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RedirectToGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RewritePathGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RewriteRequestParameterGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.SetPathGatewayFilterFactory;
import org.springframework.cloud.gateway.support.HttpStatusHolder;
import org.springframework.cloud.gateway.support.ServerWebExchangeUtils;
import org.springframework.util.LinkedMultiValueMap;
import org.springframework.util.MultiValueMap;
import org.springframework.util.StringUtils;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriTemplate;

/** Filters that change where a request leads: path, query, or another place altogether. */
final class TargetFilters {

    private static final Pattern PLAIN = Pattern.compile("[A-Za-z0-9._~-]*");
    private static final String MARKS = "-_.~!*'();/?:@&=+$,[]";
    private static final HexFormat HEX = HexFormat.of().withUpperCase();

    private TargetFilters() {
    }

    static Edits stripPrefix(int parts) {
        return Edits.before(draft -> draft.path(stripped(draft.path(), parts)));
    }

    /** Empty segments are neither counted nor kept; that a path ends with a slash is. */
    static String stripped(String path, int parts) {
        if (path.contains("//")) {
            String[] segments = StringUtils.tokenizeToStringArray(path, "/");
            StringBuilder rest = new StringBuilder();
            for (int i = parts; i < segments.length; i++) {
                rest.append('/').append(segments[i]);
            }
            return rest.isEmpty() ? "/" : path.endsWith("/") ? rest.append('/').toString() : rest.toString();
        }
        int at = 0;
        for (int i = 0; i < parts && at >= 0; i++) {
            at = path.indexOf('/', at + 1);
        }
        return at < 0 ? "/" : path.substring(at);
    }

    static Edits prefixPath(PrefixPathGatewayFilterFactory.Config config) throws NotCompilable {
        Template prefix = Template.of(config.getPrefix());
        UriTemplate template = new UriTemplate(prefix.text());
        String constant = prefix.constant() ? template.expand(Map.of()).getRawPath() : null;
        return Edits.before(draft -> {
            if (draft.prefixOnce()) {
                String expanded = constant != null
                        ? constant
                        : template.expand(draft.variables()).getRawPath();
                draft.path(expanded + draft.path());
            }
        });
    }

    static Edits setPath(SetPathGatewayFilterFactory.Config config) throws NotCompilable {
        UriTemplate template = new UriTemplate(Template.of(config.getTemplate()).text());
        return Edits.before(draft -> draft.path(template.expand(draft.variables()).getRawPath()));
    }

    static Edits rewritePath(RewritePathGatewayFilterFactory.Config config) {
        Pattern regexp = Pattern.compile(Objects.requireNonNull(config.getRegexp()));
        String replacement = Objects.requireNonNull(config.getReplacement()).replace("$\\", "$");
        return Edits.before(draft -> draft.path(regexp.matcher(draft.path()).replaceAll(replacement)));
    }

    static Edits addParameter(NameValueConfig config) throws NotCompilable {
        Template value = Template.of(config.getValue());
        if ((config.getName() + value.text()).contains("%")) {
            throw new NotCompilable("AddRequestParameter with a percent sign",
                    "write the character that it stands for");
        }
        String name = encoded(String.valueOf(config.getName())) + '=';
        String constant = value.constant() ? name + encoded(value.text()) : null;
        return Edits.before(draft -> {
            String parameter = constant != null ? constant : name + encoded(value.expand(draft));
            String query = draft.query();
            if (query == null || query.isBlank()) {
                draft.query(parameter);
            } else {
                draft.query(query.endsWith("&") ? query + parameter : query + "&" + parameter);
            }
        });
    }

    /** What may not stand in a query is escaped; what has a meaning there keeps it. */
    private static String encoded(String text) {
        if (PLAIN.matcher(text).matches()) {
            return text;
        }
        StringBuilder result = new StringBuilder();
        for (byte b : text.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if ((Character.isLetterOrDigit(c) && c < 128) || MARKS.indexOf(c) >= 0) {
                result.append(c);
            } else {
                result.append('%').append(HEX.toHighHexDigit(b)).append(HEX.toLowHexDigit(b));
            }
        }
        return result.toString();
    }

    static Edits removeParameter(NameConfig config) {
        return Edits.before(draft -> {
            MultiValueMap<String, String> parameters = parameters(draft);
            parameters.remove(String.valueOf(config.getName()));
            draft.query(encoded(parameters));
        });
    }

    static Edits rewriteParameter(RewriteRequestParameterGatewayFilterFactory.Config config) {
        String name = String.valueOf(config.getName());
        return Edits.before(draft -> {
            MultiValueMap<String, String> parameters = parameters(draft);
            if (parameters.remove(name) != null) {
                parameters.add(name, config.getReplacement());
            }
            draft.query(encoded(parameters));
        });
    }

    @SuppressWarnings("NullAway") // SCG keeps parameters without a value so, but does not say it
    private static MultiValueMap<String, String> parameters(RequestDraft draft) {
        MultiValueMap<String, String> parameters = new LinkedMultiValueMap<>();
        QueryParameters.parse(draft.query()).byName().forEach(parameters::addAll);
        return parameters;
    }

    private static @Nullable String encoded(MultiValueMap<String, String> parameters) {
        return UriComponentsBuilder.newInstance()
                .replaceQueryParams(
                        ServerWebExchangeUtils.encodeQueryParams(parameters))
                .build(true).getQuery();
    }

    static Edits redirect(RedirectToGatewayFilterFactory.Config config) {
        HttpStatusHolder holder = HttpStatusHolder.parse(Objects.requireNonNull(config.getStatus()));
        int status = holder.getHttpStatus() != null ? holder.getHttpStatus().value() : holder.getStatus();
        URI to = URI.create(Objects.requireNonNull(config.getUrl()));
        if (config.isIncludeRequestParams()) {
            return Edits.answering(more -> draft -> draft
                    .answer(redirect(status, withParameters(to, draft)).with(more)));
        }
        return Edits.answering(more -> {
            Answer answer = redirect(status, to).with(more);
            return draft -> draft.answer(answer);
        });
    }

    private static URI withParameters(URI to, RequestDraft draft) {
        try {
            return UriComponentsBuilder.fromUri(to).queryParams(parameters(draft)).build().toUri();
        } catch (IllegalStateException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static Answer redirect(int status, URI to) {
        return new Answer(status, List.of("Location", to.toString()));
    }
}
