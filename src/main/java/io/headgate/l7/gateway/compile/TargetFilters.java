package io.headgate.l7.gateway.compile;

import io.headgate.l7.gateway.expand.Queries;
import io.headgate.l7.gateway.expand.Spelling;
import io.headgate.l7.gateway.expand.TargetTemplate;
import io.headgate.l7.route.Answer;
import io.headgate.l7.route.QueryParameters;
import io.headgate.l7.route.RequestDraft;
import java.net.URI;
import java.util.List;
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

/** Filters that change where a request goes: its path, its query, or another place altogether. */
final class TargetFilters {

    private TargetFilters() {
    }

    static Edits stripPrefix(int parts) {
        return Edits.before(draft -> draft.path(stripped(draft.path(), parts)));
    }

    /** Empty segments are neither counted nor kept, but a slash at the end of the path is kept. */
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
        TargetTemplate prefix = TargetTemplate.path(Template.of(config.getPrefix()).text());
        return Edits.before(draft -> {
            if (draft.prefixOnce()) {
                draft.path(inPath(prefix, draft) + draft.path());
            }
        });
    }

    static Edits setPath(SetPathGatewayFilterFactory.Config config) throws NotCompilable {
        TargetTemplate path = TargetTemplate.path(Template.of(config.getTemplate()).text());
        return Edits.before(draft -> draft.path(inPath(path, draft)));
    }

    private static String inPath(TargetTemplate template, RequestDraft draft) {
        return template.isConstant()
                ? template.literals().getFirst()
                : template.expand(draft.variables(),
                        (before, value) -> Spelling.inPath(value, draft.received().path()));
    }

    private static String inQuery(TargetTemplate template, RequestDraft draft) {
        return template.isConstant()
                ? template.literals().getFirst()
                : template.expand(draft.variables(),
                        (before, value) -> Spelling.inQuery(value, draft.received().path()));
    }

    static Edits rewritePath(RewritePathGatewayFilterFactory.Config config) {
        Pattern regexp = Pattern.compile(Objects.requireNonNull(config.getRegexp()));
        String replacement = Objects.requireNonNull(config.getReplacement()).replace("$\\", "$");
        return Edits.before(draft -> draft.path(regexp.matcher(draft.path()).replaceAll(replacement)));
    }

    static Edits addParameter(NameValueConfig config) throws NotCompilable {
        String text = Template.of(config.getValue()).text();
        if ((config.getName() + text).contains("%")) {
            throw new NotCompilable("AddRequestParameter with a percent sign",
                    "write the character that it stands for");
        }
        String name = Queries.escaped(String.valueOf(config.getName())) + '=';
        TargetTemplate value = TargetTemplate.value(text, Queries::escaped);
        return Edits.before(draft -> draft.query(Queries.plus(draft.query(), name + inQuery(value, draft))));
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

    @SuppressWarnings("NullAway") // SCG keeps parameters without a value as null
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
