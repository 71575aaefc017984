package io.headgate.pool;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An operator's command for a member. It survives a reload.
 *
 * @param intent what the member is to do
 * @param weight replaces the configured weight, null keeps it
 * @param reason the operator's own words
 * @param ttl the time after which the command is void, null for never
 */
public record Operator(Intent intent, @Nullable Integer weight, @Nullable String reason,
        @Nullable Duration ttl) {

    /** No command. */
    public static final Operator SILENT = new Operator(Intent.READY, null, null, null);
}
