package io.headgate.config.properties;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The pages that clients get in the place of Headgate's own error answers, where the route has none. Of
 * several for a status, the entry with the fewest statuses is taken.
 *
 * @param statuses from 400 to 599, such as 404, 500-503 or 5xx
 * @param html a file of at most 256 KB, for clients that want HTML more than JSON
 * @param json a file of at most 256 KB, for clients that want JSON
 */
@ConfigurationProperties("headgate.error-pages[*]")
public record ErrorPageProperties(@DefaultValue List<String> statuses, @Nullable String html,
        @Nullable String json) {}
