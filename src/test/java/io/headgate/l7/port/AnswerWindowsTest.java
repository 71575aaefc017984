package io.headgate.l7.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http2.DefaultHttp2Connection;
import io.netty.handler.codec.http2.DefaultHttp2RemoteFlowController;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2RemoteFlowController;
import io.netty.util.concurrent.MockTicker;
import io.netty.util.concurrent.Ticker;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class AnswerWindowsTest {

    private static final int ONE = 1;
    private static final int OTHER = 3;
    private static final int CONNECTION = 0;
    private static final int WHOLE = 65_535;

    private final Http2Connection connection = new DefaultHttp2Connection(true);
    private final Http2RemoteFlowController flow = new DefaultHttp2RemoteFlowController(connection);
    private final MockTicker ticker = Ticker.newMockTicker();
    private final AnswerWindows windows = new AnswerWindows(connection,
            new UploadWindow(connection, new EmbeddedChannel()), ticker);

    @BeforeEach
    void open() throws Exception {
        connection.remote().flowController(flow);
        connection.remote().createStream(ONE, true);
        connection.remote().createStream(OTHER, true);
    }

    /** As the codec does when it writes DATA. */
    private void send(int stream, int bytes) throws Http2Exception {
        flow.incrementWindowSize(connection.stream(stream), -bytes);
        flow.incrementWindowSize(connection.connectionStream(), -bytes);
    }

    private void grant(int stream, int bytes) throws Http2Exception {
        flow.incrementWindowSize(connection.stream(stream), bytes);
        windows.granted(stream, bytes);
    }

    private void wait(int seconds) {
        ticker.advance(seconds, TimeUnit.SECONDS);
    }

    @Test
    void whatIsSentIsCountedWhateverIsGranted() throws Exception {
        long before = windows.left(ONE);
        grant(ONE, 1000);
        assertThat(windows.left(ONE)).isEqualTo(before);
        send(ONE, 700);
        assertThat(windows.left(ONE)).isEqualTo(before - 700);
        send(ONE, 300);
        grant(ONE, 300);
        assertThat(windows.left(ONE)).isEqualTo(before - 1000);
        assertThat(windows.left(OTHER)).isEqualTo(before);
    }

    @Test
    void aStreamWhoseOwnWindowIsUsedUpIsNotTaken() throws Exception {
        grant(CONNECTION, WHOLE);
        send(ONE, WHOLE);
        assertThat(windows.millisUntaken(ONE)).isEqualTo(Long.MAX_VALUE);
        assertThat(windows.millisUntaken(OTHER)).isZero();
    }

    /** One uses up the window that both share: it is given up first, and the other goes on. */
    @Test
    void aStreamThatWaitsForItsConnectionIsNotHeldToBlameBeforeTheOneThatHoldsItUp() throws Exception {
        send(ONE, WHOLE);
        assertThat(windows.millisUntaken(OTHER)).isZero();
        wait(10);
        assertThat(windows.millisUntaken(ONE)).isEqualTo(Long.MAX_VALUE);
        assertThat(windows.millisUntaken(OTHER)).isEqualTo(5000);
        wait(20);
        assertThat(windows.millisUntaken(OTHER)).as("the client takes nothing at all").isEqualTo(15_000);
        grant(CONNECTION, WHOLE);
        assertThat(windows.millisUntaken(OTHER)).as("nothing was sent yet").isEqualTo(15_000);
        send(OTHER, 1);
        assertThat(windows.millisUntaken(OTHER)).isZero();
    }

    @Test
    void aStreamThatIsGoneIsNotTaken() {
        assertThat(windows.millisUntaken(99)).isEqualTo(Long.MAX_VALUE);
        assertThat(windows.left(99)).isZero();
    }
}
