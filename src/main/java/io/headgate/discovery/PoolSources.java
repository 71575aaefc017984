package io.headgate.discovery;

import io.headgate.pool.Address;
import io.headgate.pool.MemberSpec;
import io.headgate.pool.PoolSpec;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;

/** The sources of one pool, and what they have reported. Not thread-safe. */
final class PoolSources {

    private final DiscoverySpec spec;
    private final Map<SourceSpec, Source> open = new LinkedHashMap<>();
    private final Map<SourceSpec, Discovered> told = new LinkedHashMap<>();

    PoolSources(DiscoverySpec spec, Sources sources, Instant now) {
        this.spec = spec;
        for (SourceSpec source : spec.sources()) {
            open.put(source, sources.open(source, spec.pace()));
            told.put(source, Discovered.nothingYet(now));
        }
    }

    DiscoverySpec spec() {
        return spec;
    }

    Map<SourceSpec, Discovered> told() {
        return told;
    }

    void start(BiConsumer<SourceSpec, Update> updates) {
        open.forEach((name, source) -> source.start(update -> updates.accept(name, update)));
    }

    void refresh() {
        open.values().forEach(Source::refresh);
    }

    void close() {
        open.values().forEach(Source::close);
    }

    /**
     * Takes over what another object knew of the same sources, so that a changed pace or limit loses no
     * member.
     */
    void inherit(PoolSources before) {
        told.replaceAll((source, nothing) -> before.told.getOrDefault(source, nothing));
    }

    /** Takes over what a source has reported. */
    Discovered take(SourceSpec source, Update update, Instant now) {
        return told.compute(source,
                (name, before) -> (before == null ? Discovered.nothingYet(now) : before).after(update, now));
    }

    /**
     * The pool with all members. The configured ones come first; of two with the same id or the same address
     * the first is taken.
     */
    PoolSpec complete(PoolSpec configured) {
        List<MemberSpec> members = new ArrayList<>(configured.members());
        Set<String> ids = new HashSet<>();
        Set<Address> addresses = new HashSet<>();
        for (MemberSpec member : configured.members()) {
            ids.add(member.id());
            addresses.add(member.address());
        }
        for (Discovered discovered : told.values()) {
            for (MemberSpec member : discovered.members()) {
                if (!ids.contains(member.id()) && addresses.add(member.address())) {
                    ids.add(member.id());
                    members.add(limited(member));
                }
            }
        }
        return configured.withMembers(members);
    }

    private MemberSpec limited(MemberSpec member) {
        return new MemberSpec(member.id(), member.address(), member.weight(), spec.maxConnections(),
                member.backup(),
                member.zone());
    }

    /** Whether every source has answered or failed at least once. */
    boolean settled() {
        return told.values().stream().allMatch(Discovered::answered);
    }
}
