package io.headgate.admin;

import io.headgate.admin.access.Audit;
import io.headgate.config.reload.Changes;
import io.headgate.config.reload.Reload;
import io.headgate.config.reload.ReloadResult;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.actuate.endpoint.SecurityContext;
import org.springframework.boot.actuate.endpoint.annotation.Endpoint;
import org.springframework.boot.actuate.endpoint.annotation.WriteOperation;
import org.springframework.boot.actuate.endpoint.web.WebEndpointResponse;

/** {@code POST /actuator/reload}: the answer says what changed, or, with 422, every fault. */
@Endpoint(id = "reload")
public final class ReloadEndpoint {

    private static final int UNPROCESSABLE = 422;

    private final Reload reload;

    public ReloadEndpoint(Reload reload) {
        this.reload = reload;
    }

    @WriteOperation
    public WebEndpointResponse<Map<String, Object>> reload(SecurityContext who, @Nullable String reason) {
        ReloadResult result = reload.now();
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("result", result.word());
        switch (result) {
            case ReloadResult.Refused refused -> {
                answer.put("faults", refused.faults());
                return new WebEndpointResponse<>(answer, UNPROCESSABLE);
            }
            case ReloadResult.Applied applied -> {
                Changes changes = applied.changes();
                Audit.done(who, "configuration", "", changes, reason);
                answer.put("pools", changes.pools());
                answer.put("listeners", changes.listeners());
                answer.put("routes", changes.routes());
                answer.put("settings", changes.settings());
                answer.put("needsRestart", changes.needsRestart());
                return new WebEndpointResponse<>(answer);
            }
        }
    }
}
