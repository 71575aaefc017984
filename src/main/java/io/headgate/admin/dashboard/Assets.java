package io.headgate.admin.dashboard;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.core.io.ClassPathResource;
import org.springframework.http.MediaType;
import org.springframework.util.DigestUtils;

/** The files that the page loads. There are no others, whatever a path says. */
final class Assets {

    private static final MediaType SCRIPT = new MediaType("text", "javascript");
    private static final List<String> NAMES = List.of("dashboard.css", "dashboard.js", "tables.js",
            "elements.js",
            "session.js", "commands.js", "explain.js", "icon.svg");

    private final Map<String, Asset> byName = new HashMap<>();

    Assets() {
        for (String name : NAMES) {
            try {
                byte[] content = new ClassPathResource(name, Assets.class).getContentAsByteArray();
                byName.put(name,
                        new Asset(type(name), "\"" + DigestUtils.md5DigestAsHex(content) + "\"", content));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static MediaType type(String name) {
        return name.endsWith(".js")
                ? SCRIPT
                : name.endsWith(".css") ? new MediaType("text", "css") : new MediaType("image", "svg+xml");
    }

    /**
     * A file.
     *
     * @param tag changes with its content
     */
    @SuppressWarnings("ArrayRecordComponent") // is never compared
    record Asset(MediaType type, String tag, byte[] content) {}

    @Nullable
    Asset find(String name) {
        return byName.get(name);
    }
}
