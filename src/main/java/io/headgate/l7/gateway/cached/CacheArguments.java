package io.headgate.l7.gateway.cached;

import io.headgate.l7.cache.CacheRules;
import io.headgate.l7.cache.CacheRules.SetCookie;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** The arguments of {@code Cache}, as SCG's binder fills them. {@link CacheRules} says what they mean. */
public final class CacheArguments {

    private @Nullable Duration timeToLive;
    private @Nullable Duration negativeTimeToLive;
    private int heuristic;
    private DataSize maxEntry = DataSize.ofBytes(CacheRules.MAX_ENTRY);
    private List<String> keyHeaders = List.of();
    private List<String> keyCookies = List.of();
    private List<String> bypassHeaders = List.of();
    private List<String> bypassCookies = List.of();
    private SetCookie setCookie = SetCookie.BYPASS;
    private boolean obeyRequest;
    private Duration staleWhileRevalidate = Duration.ZERO;
    private Duration staleIfError = Duration.ZERO;
    private Duration collapse = CacheRules.DEFAULT.patience();

    public @Nullable Duration getTimeToLive() {
        return timeToLive;
    }

    public void setTimeToLive(@Nullable Duration timeToLive) {
        this.timeToLive = timeToLive;
    }

    public @Nullable Duration getNegativeTimeToLive() {
        return negativeTimeToLive;
    }

    public void setNegativeTimeToLive(@Nullable Duration negativeTimeToLive) {
        this.negativeTimeToLive = negativeTimeToLive;
    }

    public int getHeuristic() {
        return heuristic;
    }

    public void setHeuristic(int heuristic) {
        this.heuristic = heuristic;
    }

    public DataSize getMaxEntry() {
        return maxEntry;
    }

    public void setMaxEntry(DataSize maxEntry) {
        this.maxEntry = maxEntry;
    }

    public List<String> getKeyHeaders() {
        return keyHeaders;
    }

    public void setKeyHeaders(List<String> keyHeaders) {
        this.keyHeaders = keyHeaders;
    }

    public List<String> getKeyCookies() {
        return keyCookies;
    }

    public void setKeyCookies(List<String> keyCookies) {
        this.keyCookies = keyCookies;
    }

    public List<String> getBypassHeaders() {
        return bypassHeaders;
    }

    public void setBypassHeaders(List<String> bypassHeaders) {
        this.bypassHeaders = bypassHeaders;
    }

    public List<String> getBypassCookies() {
        return bypassCookies;
    }

    public void setBypassCookies(List<String> bypassCookies) {
        this.bypassCookies = bypassCookies;
    }

    public SetCookie getSetCookie() {
        return setCookie;
    }

    public void setSetCookie(SetCookie setCookie) {
        this.setCookie = setCookie;
    }

    public boolean isObeyRequest() {
        return obeyRequest;
    }

    public void setObeyRequest(boolean obeyRequest) {
        this.obeyRequest = obeyRequest;
    }

    public Duration getStaleWhileRevalidate() {
        return staleWhileRevalidate;
    }

    public void setStaleWhileRevalidate(Duration staleWhileRevalidate) {
        this.staleWhileRevalidate = staleWhileRevalidate;
    }

    public Duration getStaleIfError() {
        return staleIfError;
    }

    public void setStaleIfError(Duration staleIfError) {
        this.staleIfError = staleIfError;
    }

    public Duration getCollapse() {
        return collapse;
    }

    public void setCollapse(Duration collapse) {
        this.collapse = collapse;
    }

    /**
     * What they say.
     *
     * @throws IllegalArgumentException with the name of the one that is out of bounds
     */
    CacheRules rules() {
        require("heuristic", heuristic, heuristic >= 0 && heuristic <= 100, "0 to 100 percent");
        require("max-entry", maxEntry, maxEntry.toBytes() > 0, "a size above 0");
        requireTime("time-to-live", timeToLive);
        requireTime("negative-time-to-live", negativeTimeToLive);
        requireTime("stale-while-revalidate", staleWhileRevalidate);
        requireTime("stale-if-error", staleIfError);
        requireTime("collapse", collapse);
        return new CacheRules(timeToLive, negativeTimeToLive, heuristic, maxEntry.toBytes(), keyHeaders,
                keyCookies, bypassHeaders, bypassCookies, setCookie, obeyRequest, staleWhileRevalidate,
                staleIfError, collapse);
    }

    private static void requireTime(String name, @Nullable Duration time) {
        require(name, time, time == null || (!time.isNegative() && time.toDays() <= 3650),
                "a duration from 0 to ten years");
    }

    private static void require(String name, @Nullable Object value, boolean good, String expected) {
        if (!good) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: " + expected + ")");
        }
    }
}
