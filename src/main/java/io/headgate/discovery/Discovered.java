package io.headgate.discovery;

import io.headgate.pool.MemberSpec;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one source has reported so far: its last good set of members, and whether that is still current.
 *
 * @param members the last good set
 * @param trouble why there is nothing newer, null while all is well
 * @param since when the trouble began, or the set last changed
 * @param answered whether the source has answered or failed at least once
 */
public record Discovered(List<MemberSpec> members, @Nullable String trouble, Instant since,
        boolean answered) {

    public Discovered {
        members = List.copyOf(members);
    }

    static Discovered nothingYet(Instant now) {
        return new Discovered(List.of(), null, now, false);
    }

    Discovered after(Update update, Instant now) {
        return switch (update) {
            case Update.Reset(List<MemberSpec> all) -> good(all, now);
            case Update.Add(List<MemberSpec> more) -> {
                Map<String, MemberSpec> byId = byId();
                more.forEach(member -> byId.put(member.id(), member));
                yield good(List.copyOf(byId.values()), now);
            }
            case Update.Remove(var ids) -> good(
                    members.stream().filter(member -> !ids.contains(member.id())).toList(), now);
            case Update.Gone(String cause) ->
                new Discovered(members, cause, trouble == null ? now : since, true);
        };
    }

    private Map<String, MemberSpec> byId() {
        Map<String, MemberSpec> byId = new LinkedHashMap<>();
        members.forEach(member -> byId.put(member.id(), member));
        return byId;
    }

    private Discovered good(List<MemberSpec> next, Instant now) {
        boolean same = trouble == null && answered && next.equals(members);
        return same ? this : new Discovered(next, null, now, true);
    }
}
