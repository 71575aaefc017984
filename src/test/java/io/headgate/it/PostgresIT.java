package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Ports;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** PostgreSQL behind an L4 listener. */
@NeedsTool({"initdb", "postgres", "pg_isready", "psql", "setpriv"})
class PostgresIT {

    private static final long SIZE = 100_000_000;

    @TempDir
    Path folder = Path.of("");

    @Test
    void copiesAHundredMegabytesBothWays() throws Exception {
        int listener = Ports.free();
        try (PostgresServer postgres = new PostgresServer(folder);
                PackagedHeadgate headgate = PackagedHeadgate.with(folder, """
                        headgate:
                          pools:
                            postgres: { members: [ "%s" ] }
                          listeners:
                            postgres: { bind: "127.0.0.1:%d", pool: postgres, allow: [ 127.0.0.0/8 ] }
                        """.formatted(postgres.address(), listener))) {
            assertThat(postgres.psql(listener, "select 6 * 7")).isEqualTo("42");
            Path sent = folder.resolve("sent");
            long rows = write(sent);
            postgres.psql(listener, "create table data (id bigint, a text, b text)");
            postgres.psql(listener, "\\copy data from '" + sent + "'");
            assertThat(postgres.psql(listener, "select count(*) from data")).isEqualTo(Long.toString(rows));

            Path received = folder.resolve("received");
            postgres.psql(listener, "\\copy (select * from data order by id) to '" + received + "'");
            assertThat(Files.size(sent)).isGreaterThanOrEqualTo(SIZE);
            assertThat(digest(received)).isEqualTo(digest(sent));
            System.out.printf("PostgreSQL: %d rows, %d bytes each way, SHA-256 %s%n", rows, Files.size(sent),
                    digest(sent));
            headgate.awaitNothingInFlight();
        }
    }

    private static long write(Path file) throws IOException {
        SplittableRandom random = new SplittableRandom(7);
        HexFormat hex = HexFormat.of();
        long rows = 0;
        try (BufferedWriter out = Files.newBufferedWriter(file, StandardCharsets.US_ASCII)) {
            for (long written = 0; written < SIZE; rows++) {
                String row = rows + "\t" + hex.toHexDigits(random.nextLong()) + "\t"
                        + hex.toHexDigits(random.nextLong()).repeat(1 + random.nextInt(40)) + "\n";
                out.write(row);
                written += row.length();
            }
        }
        return rows;
    }

    private static String digest(Path file) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        try (InputStream in = Files.newInputStream(file)) {
            byte[] part = new byte[1 << 16];
            for (int n = in.read(part); n >= 0; n = in.read(part)) {
                digest.update(part, 0, n);
            }
        }
        return HexFormat.of().formatHex(digest.digest());
    }
}
