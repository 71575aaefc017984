package io.headgate.admin.access;

import java.util.List;
import org.springframework.boot.actuate.endpoint.EndpointId;
import org.springframework.boot.actuate.endpoint.web.PathMapper;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPatternParser;

/**
 * Where endpoints are, by their ids: operators may give them other names and another base path
 * ({@code management.endpoints.web}), and what guards an endpoint must go with it.
 *
 * @param base of all of them
 * @param mappers what renames them, as Actuator asks for it
 */
record EndpointPaths(String base, List<PathMapper> mappers) {

    /**
     * What is at or below an endpoint. Matches as the endpoints are mapped, so that no other spelling of a
     * path leads past it.
     *
     * @param rest a pattern of what follows, with its slash
     */
    PathPattern below(String id, String rest) {
        return PathPatternParser.defaultInstance.parse(path(id) + rest);
    }

    String path(String id) {
        String root = PathMapper.getRootPath(mappers, EndpointId.of(id));
        return base + (root.startsWith("/") ? "" : "/") + root;
    }
}
