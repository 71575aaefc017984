package io.headgate.l7.gateway.compile;

import io.headgate.l7.BadTargetException;
import io.headgate.l7.port.Remade;
import io.headgate.l7.route.RequestDraft;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.util.AsciiString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory.NameConfig;
import org.springframework.cloud.gateway.filter.factory.AbstractNameValueGatewayFilterFactory.NameValueConfig;
import org.springframework.cloud.gateway.filter.factory.MapRequestHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.SetRequestHostHeaderGatewayFilterFactory;
import org.springframework.cloud.gateway.support.config.KeyValue;
import org.springframework.cloud.gateway.support.config.KeyValueConfig;
import org.springframework.util.StringUtils;

/** Filters that change a request's headers. */
final class RequestHeaderFilters {

    /** As Spring Cloud Gateway writes it. */
    private static final AsciiString HOST = AsciiString.cached("Host");

    private RequestHeaderFilters() {
    }

    static Edits add(NameValueConfig config) throws NotCompilable {
        AsciiString name = name(config.getName());
        Template value = Template.of(config.getValue());
        return Edits.before(draft -> draft.headers().add(name, value.expand(draft)));
    }

    static Edits set(NameValueConfig config) throws NotCompilable {
        AsciiString name = name(config.getName());
        Template value = Template.of(config.getValue());
        return Edits.before(draft -> draft.headers().set(name, value.expand(draft)));
    }

    static Edits remove(NameConfig config) throws NotCompilable {
        AsciiString name = name(config.getName());
        return Edits.before(draft -> draft.headers().remove(name));
    }

    static Edits addIfNotPresent(KeyValueConfig config) throws NotCompilable {
        Map<String, List<Template>> values = new LinkedHashMap<>();
        for (KeyValue entry : config.getKeyValues()) {
            values.computeIfAbsent(entry.getKey(), key -> new ArrayList<>())
                    .add(Template.of(entry.getValue()));
        }
        return Edits.before(draft -> values.forEach((name, templates) -> {
            HttpHeaders headers = draft.headers();
            if (headers.getAll(name).stream().noneMatch(StringUtils::hasText)) {
                templates.forEach(value -> headers.add(name, value.expand(draft)));
            }
        }));
    }

    static Edits map(MapRequestHeaderGatewayFilterFactory.Config config) throws NotCompilable {
        AsciiString from = name(config.getFromHeader());
        AsciiString to = name(config.getToHeader());
        return Edits.before(draft -> {
            List<String> values = draft.headers().getAll(from);
            if (!values.isEmpty()) {
                draft.headers().add(to, values);
            }
        });
    }

    /**
     * The Host header when the request is sent: what another filter set, or what the client sent.
     */
    static Edits preserveHost() {
        return Edits.before(RequestDraft::preserveHost);
    }

    static Edits setHost(SetRequestHostHeaderGatewayFilterFactory.Config config) throws NotCompilable {
        Template value = Template.of(config.getHost());
        return Edits.before(draft -> {
            String host = value.expand(draft);
            if (!Remade.permitsHost(host)) {
                throw new BadTargetException("a URI variable makes an invalid host");
            }
            draft.headers().set(HOST, host);
            draft.preserveHost();
        });
    }

    static AsciiString name(@Nullable String name) throws NotCompilable {
        if (name == null || name.isEmpty()) {
            throw new NotCompilable("a filter names no header", "name one");
        }
        return AsciiString.of(name);
    }
}
