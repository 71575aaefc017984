package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.l7.ClientLimits;
import io.headgate.l7.ServedRequest;
import io.headgate.testing.FrameClient;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;

/** A gateway that takes HTTP/2, of which nothing must be left after each test. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
abstract class Http2Fixture {

    static final String OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-From: member\r\n\r\nok";

    final Gateway gateway = Gateway.http2(limits(0));

    static ClientLimits limits(long maxBodySize) {
        return new ClientLimits(Duration.ofSeconds(10), Duration.ofSeconds(10), Duration.ofSeconds(60),
                maxBodySize, 0, 0);
    }

    @AfterEach
    void everyMemberWasGivenBackAndEveryRequestToldOnce() {
        await().until(() -> gateway.inFlight() == 0 && gateway.fastPath.underWay() == 0);
        gateway.close();
    }

    FrameClient client(int... members) throws IOException {
        return new FrameClient(gateway.members(members).server.port());
    }

    ServedRequest told() {
        await().until(() -> !gateway.served.isEmpty());
        assertThat(gateway.served).hasSize(1);
        return gateway.served.getFirst();
    }
}
