package io.headgate.discovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.pool.MemberSpec;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SrvRecordTest {

    /** Records are priority/weight of a, b, c and so on; members are their weights, backups in brackets. */
    @ParameterizedTest
    @CsvSource({"10/5 10/3, 5 3", "10/0 10/0, 1 1", "10/0 10/1, 1 256", "10/1000 10/500 10/1, 256 128 1",
            "10/65535 10/65535, 256 256", "10/5 20/7 30/9, 5 [7] [9]", "0/1 0/1 5/1000, 1 1 [256]"})
    void prioritiesMakeBackupsAndWeightsAreFitted(String records, String members) {
        String[] parts = records.split(" ", -1);
        List<SrvRecord> all = IntStream.range(0, parts.length).mapToObj(i -> record(parts[i], "t" + i))
                .toList();
        assertThat(SrvRecord.members(all).stream().map(SrvRecordTest::show).collect(Collectors.joining(" ")))
                .isEqualTo(members);
    }

    /** Names are the same in any case (RFC 4343): a server that changes it must not replace the members. */
    @Test
    void theTargetIsReadInSmallLetters() {
        ByteBuf data = Unpooled.buffer().writeShort(1).writeShort(2).writeShort(80);
        for (String label : new String[]{"Node1", "EXAMPLE", ""}) {
            data.writeByte(label.length()).writeBytes(label.getBytes(StandardCharsets.US_ASCII));
        }
        assertThat(SrvRecord.read(data)).isEqualTo(new SrvRecord(1, 2, 80, "node1.example"));
    }

    private static SrvRecord record(String text, String target) {
        int slash = text.indexOf('/');
        return new SrvRecord(Integer.parseInt(text.substring(0, slash)),
                Integer.parseInt(text.substring(slash + 1)),
                80, target);
    }

    private static String show(MemberSpec member) {
        return member.backup() ? "[" + member.weight() + "]" : Integer.toString(member.weight());
    }
}
