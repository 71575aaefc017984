package io.headgate.discovery;

import io.headgate.pool.Address;
import io.headgate.pool.MemberSpec;
import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.dns.DefaultDnsRecordDecoder;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * One SRV record (RFC 2782).
 *
 * @param priority those with the lowest number serve; the others serve only when none of these can
 * @param weight its share among records of the same priority; 0 is the least, not nothing
 */
record SrvRecord(int priority, int weight, int port, String target) {

    /** Reads a record's data. The target's name is uncompressed there, as the RFC requires. */
    static SrvRecord read(ByteBuf data) {
        int priority = data.readUnsignedShort();
        int weight = data.readUnsignedShort();
        int port = data.readUnsignedShort();
        String target = DefaultDnsRecordDecoder.decodeName(data).toLowerCase(Locale.ROOT); // RFC 4343
        return new SrvRecord(priority, weight, port,
                target.endsWith(".") ? target.substring(0, target.length() - 1) : target);
    }

    /** A target of "." says that the service is decidedly not available. */
    boolean available() {
        return !target.isEmpty();
    }

    /** The records as members: those of a higher priority number are backups. */
    static List<MemberSpec> members(List<SrvRecord> records) {
        int lowest = records.stream().mapToInt(SrvRecord::priority).min().orElse(0);
        return records.stream()
                .sorted(Comparator.comparing(SrvRecord::target).thenComparingInt(SrvRecord::port))
                .map(record -> record.member(record.priority > lowest, records)).toList();
    }

    private MemberSpec member(boolean backup, List<SrvRecord> all) {
        Address address = new Address(target, port);
        return new MemberSpec(address.toString(), address, share(all), 0, backup, null);
    }

    /**
     * The weight among records of the same priority, scaled to 1 to 256. It stays as it is if it fits.
     * Otherwise, or if a 0 needs room below the others, it is scaled in proportion to the largest.
     */
    private int share(List<SrvRecord> all) {
        List<Integer> peers = all.stream().filter(r -> r.priority == priority).map(SrvRecord::weight)
                .toList();
        int largest = peers.stream().max(Integer::compare).orElse(0);
        if (largest == 0) {
            return 1;
        }
        boolean fits = largest <= MemberSpec.MAX_WEIGHT && !peers.contains(0);
        return fits ? weight : Math.max(1, Math.round((float) weight * MemberSpec.MAX_WEIGHT / largest));
    }
}
