package io.headgate.l7.gateway.compile;

import io.headgate.l7.route.ResponseDraft;
import io.headgate.l7.route.ResponseEdit;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.util.AsciiString;
import java.net.URI;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory.NameConfig;
import org.springframework.cloud.gateway.filter.factory.AbstractNameValueGatewayFilterFactory.NameValueConfig;
import org.springframework.cloud.gateway.filter.factory.AddResponseHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.DedupeResponseHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RewriteLocationResponseHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RewriteResponseHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.SetStatusGatewayFilterFactory;
import org.springframework.cloud.gateway.support.HttpStatusHolder;
import org.springframework.util.StringUtils;

/** Filters that change an answer's head. */
final class ResponseHeaderFilters {

    private static final Pattern VERSIONED = Pattern.compile("^/v\\d+/.*");

    private ResponseHeaderFilters() {
    }

    static Edits add(NameValueConfig config) throws NotCompilable {
        AsciiString name = RequestHeaderFilters.name(config.getName());
        Template value = Template.of(config.getValue());
        boolean always = !(config instanceof AddResponseHeaderGatewayFilterFactory.Config own)
                || own.isOverride();
        return Edits.after(draft -> {
            if (always || draft.headers().getAll(name).stream().noneMatch(StringUtils::hasText)) {
                draft.headers().add(name, value.expand(draft.request()));
            }
        });
    }

    static Edits set(NameValueConfig config) throws NotCompilable {
        AsciiString name = RequestHeaderFilters.name(config.getName());
        Template value = Template.of(config.getValue());
        return Edits.after(draft -> draft.headers().set(name, value.expand(draft.request())));
    }

    static Edits remove(NameConfig config) throws NotCompilable {
        AsciiString name = RequestHeaderFilters.name(config.getName());
        return Edits.after(draft -> draft.headers().remove(name));
    }

    static Edits rewrite(RewriteResponseHeaderGatewayFilterFactory.Config config) throws NotCompilable {
        AsciiString name = RequestHeaderFilters.name(config.getName());
        Pattern regexp = Pattern.compile(Objects.requireNonNull(config.getRegexp()));
        String replacement = Objects.requireNonNull(config.getReplacement()).replace("$\\", "$");
        return Edits.after(draft -> {
            List<String> values = draft.headers().getAll(name);
            if (!values.isEmpty()) {
                draft.headers().set(name,
                        values.stream().map(value -> regexp.matcher(value).replaceAll(replacement)).toList());
            }
        });
    }

    static Edits dedupe(DedupeResponseHeaderGatewayFilterFactory.Config config) {
        List<AsciiString> names = new ArrayList<>();
        for (String name : String.valueOf(config.getName()).split(" ", -1)) {
            if (!name.isBlank()) {
                names.add(AsciiString.of(name.strip()));
            }
        }
        return Edits.after(draft -> {
            for (AsciiString name : names) {
                List<String> values = draft.headers().getAll(name);
                if (values.size() > 1) {
                    draft.headers().set(name, retained(values, config.getStrategy()));
                }
            }
        });
    }

    private static List<String> retained(List<String> values,
            DedupeResponseHeaderGatewayFilterFactory.Strategy strategy) {
        return switch (strategy) {
            case RETAIN_FIRST -> List.of(values.getFirst());
            case RETAIN_LAST -> List.of(values.getLast());
            case RETAIN_UNIQUE -> List.copyOf(new LinkedHashSet<>(values));
        };
    }

    static Edits rewriteLocation(RewriteLocationResponseHeaderGatewayFilterFactory.Config config)
            throws NotCompilable {
        AsciiString name = RequestHeaderFilters.name(config.getLocationHeaderName());
        Object self = new Object();
        return Edits.around(
                draft -> draft.note(self, new Came(draft.headers().get(HttpHeaderNames.HOST), draft.path())),
                draft -> rewriteLocation(draft, name, config, (Came) draft.request().noted(self)));
    }

    /** The request as it was at the filter's place among the others. */
    private record Came(@Nullable String host, String path) {}

    private static void rewriteLocation(ResponseDraft draft, AsciiString name,
            RewriteLocationResponseHeaderGatewayFilterFactory.Config config, Came came) {
        String location = draft.headers().get(name);
        String host = config.getHostValue() != null ? config.getHostValue() : came.host();
        if (location != null && host != null) {
            boolean strips = switch (config.getStripVersion()) {
                case ALWAYS_STRIP -> true;
                case NEVER_STRIP -> false;
                case AS_IN_REQUEST -> !isVersioned(came.path());
            };
            Pattern pattern = strips ? config.getHostPortVersionPattern() : config.getHostPortPattern();
            draft.headers().set(name, pattern.matcher(location).replaceFirst(host));
        }
    }

    private static boolean isVersioned(String rawPath) {
        return VERSIONED.matcher(rawPath.indexOf('%') < 0 ? rawPath : decoded(rawPath)).matches();
    }

    private static String decoded(String rawPath) {
        return URI.create("http://h" + rawPath).getPath();
    }

    static Edits status(SetStatusGatewayFilterFactory.Config config, SetStatusGatewayFilterFactory factory) {
        HttpStatusHolder holder = HttpStatusHolder.parse(Objects.requireNonNull(config.getStatus()));
        int status = holder.getHttpStatus() != null ? holder.getHttpStatus().value() : holder.getStatus();
        String original = factory.getOriginalStatusHeaderName();
        ResponseEdit edit = draft -> {
            if (original != null) {
                draft.headers().set(original, "[" + draft.status() + "]");
            }
            draft.status(status);
        };
        return Edits.after(edit);
    }
}
