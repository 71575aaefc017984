package io.headgate.admin;

import io.headgate.admin.access.Audit;
import io.headgate.l7.CacheUse;
import io.headgate.l7.cache.OnDisk;
import io.headgate.l7.cache.ResponseCache;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.ReadOperation;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/**
 * {@code GET /actuator/cache}: how full it is and how often it answers; {@code POST /actuator/cache} purges
 * by URL (host and target), by a prefix of it, by tag, or everything.
 */
@Endpoint(id = "cache")
public final class CacheEndpoint {

    private static final String FORMS = "(expected: one of url, prefix, tag, or all: \"yes\")";

    private final ResponseCache cache;

    public CacheEndpoint(ResponseCache cache) {
        this.cache = cache;
    }

    @ReadOperation
    public Map<String, Object> cache() {
        ResponseCache.Status status = cache.status();
        Map<String, Long> requests = new LinkedHashMap<>();
        for (CacheUse use : CacheUse.values()) {
            requests.put(use.code(), status.uses().getOrDefault(use, 0L));
        }
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("entries", status.entries());
        answer.put("bytes", status.bytes());
        answer.put("size", status.size());
        answer.put("evicted", status.evicted());
        answer.put("hitRatio", status.hitRatio());
        answer.put("requests", requests);
        OnDisk.Status disk = cache.onDisk();
        if (disk != null) {
            answer.put("disk", disk);
        }
        return answer;
    }

    @WriteOperation
    public WebEndpointResponse<Map<String, Object>> purge(SecurityContext who, @Nullable String url,
            @Nullable String prefix, @Nullable String tag, @Nullable String all, @Nullable String reason) {
        if (Stream.of(url, prefix, tag, all).filter(each -> each != null && !each.isEmpty()).count() != 1) {
            return refused("purge: not exactly one thing " + FORMS);
        }
        if (all != null && !all.equals("yes")) {
            return refused("all: " + all + " (expected: yes)");
        }
        int purged;
        String what;
        if (url != null && !url.isEmpty()) {
            what = "url " + url;
            purged = cache.purgeUrl(withoutScheme(url));
        } else if (prefix != null && !prefix.isEmpty()) {
            what = "prefix " + prefix;
            purged = cache.purgePrefix(withoutScheme(prefix));
        } else if (tag != null && !tag.isEmpty()) {
            what = "tag " + tag;
            purged = cache.purgeTag(tag);
        } else {
            what = "all";
            purged = cache.purgeAll();
        }
        Audit.done(who, "cache, " + what, "stored", purged + " purged", reason);
        return new WebEndpointResponse<>(Map.of("purged", purged));
    }

    /** A URL is written as people copy it. */
    private static String withoutScheme(String url) {
        int mark = url.indexOf("://");
        return mark < 0 ? url : url.substring(mark + 3);
    }

    private static WebEndpointResponse<Map<String, Object>> refused(String error) {
        return new WebEndpointResponse<>(Map.of("error", error), WebEndpointResponse.STATUS_BAD_REQUEST);
    }
}
