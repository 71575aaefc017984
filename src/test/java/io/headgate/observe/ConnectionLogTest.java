package io.headgate.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l4.ClosedConnection;
import io.headgate.pool.Outcome;
import io.headgate.pool.Reason;
import io.headgate.testing.LogLines;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;

class ConnectionLogTest {

    @Test
    void aConnectionThatEndsBeforeItsPoolIsKnownHasNoneAndAnAddressOfSixIsWrittenShort() throws Exception {
        InetSocketAddress client = new InetSocketAddress(InetAddress.getByName("2001:db8:0:0:0:0:0:7"), 1000);
        try (LogLines log = new LogLines("headgate.access")) {
            new ConnectionLog().closed(new ClosedConnection(1, "db", client, null, null, 0, 0, 0, 0, 1000,
                    Reason.PREFACE_TIMEOUT, Outcome.UNKNOWN));
            assertThat(log.lines()).singleElement().asString()
                    .contains("client=[2001:db8::7]:1000 reason=preface-timeout attempts=0")
                    .doesNotContain("pool");
        }
    }
}
