package io.headgate.observe.output;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.spi.FilterReply;
import io.headgate.testing.LogLines;
import io.netty.handler.codec.DecoderException;
import java.io.IOException;
import javax.net.ssl.SSLHandshakeException;
import org.junit.jupiter.api.Test;

class PeerFaultsTest {

    private static final String NETTY = "io.netty.handler.ssl.ApplicationProtocolNegotiationHandler";
    private final Exception peers = new DecoderException(new SSLHandshakeException("no\nsuch thing"));

    private final LoggerContext context = new LoggerContext();
    private final PeerFaults faults = new PeerFaults();

    @Test
    void oneLineASecondForEachKindAndTheRestIsCounted() {
        try (LogLines log = new LogLines("headgate.log")) {
            long dropped = Drops.REPEATED.count();
            assertThat(faults.decide(event(NETTY, peers, 1000))).isEqualTo(FilterReply.NEUTRAL);
            for (int i = 0; i < 500; i++) {
                assertThat(faults.decide(event(NETTY, peers, 1000 + i))).isEqualTo(FilterReply.DENY);
            }
            assertThat(faults.decide(event("reactor.netty.transport.X", new IOException("x"), 1100)))
                    .isEqualTo(FilterReply.NEUTRAL);
            assertThat(faults.decide(event(NETTY, peers, 2000))).isEqualTo(FilterReply.NEUTRAL);
            assertThat(log.lines()).singleElement().asString().startsWith("500 lines of " + NETTY);
            assertThat(Drops.REPEATED.count() - dropped).isEqualTo(500);
        }
    }

    @Test
    void anAnswerThatItsMemberCutIsOneLineAndNotTwo() {
        assertThat(faults.decide(event("org.springframework.web.server.adapter.HttpWebHandlerAdapter",
                new IOException("cut"), 1))).isEqualTo(FilterReply.NEUTRAL);
        assertThat(faults
                .decide(event("reactor.netty.http.server.HttpServerOperations", new IOException("cut"), 1)))
                .isEqualTo(FilterReply.DENY);
    }

    @Test
    void answersThatMembersCutAreOneLineASecond() {
        LoggingEvent event = new LoggingEvent("",
                context.getLogger("org.springframework.web.server.adapter.HttpWebHandlerAdapter"),
                Level.ERROR,
                "Error [cut] for GET /, but ServerHttpResponse already committed", null, null);
        assertThat(faults.decide(event)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(faults.decide(event)).isEqualTo(FilterReply.DENY);
    }

    @Test
    void theLineNamesTheFailureAndHasNoTrace() {
        LoggingEvent event = event(NETTY, peers, 1);
        assertThat(new Message().convert(event))
                .isEqualTo("it failed (io.netty.handler.codec.DecoderException: javax.net.ssl."
                        + "SSLHandshakeException: no\\x0Asuch thing)");
        assertThat(trace(event)).isEmpty();
    }

    @Test
    void faultsOfOursKeepTheirTracesAndComeAsRarely() {
        LoggingEvent event = event(NETTY, new IllegalStateException("ours"), 1);
        assertThat(faults.decide(event)).isEqualTo(FilterReply.NEUTRAL);
        assertThat(trace(event)).contains("IllegalStateException: ours", "at ");
        assertThat(faults.decide(event)).isEqualTo(FilterReply.DENY);
    }

    @Test
    void whatHasNothingToDoWithConnectionsIsLeftAsItIs() {
        for (int i = 0; i < 3; i++) {
            LoggingEvent event = event("org.springframework.boot.SpringApplication",
                    new IOException("at the start"), 1);
            assertThat(faults.decide(event)).isEqualTo(FilterReply.NEUTRAL);
            assertThat(trace(event)).contains("IOException: at the start", "at ");
        }
    }

    private static String trace(LoggingEvent event) {
        Trace trace = new Trace();
        trace.start();
        return trace.convert(event);
    }

    private LoggingEvent event(String logger, Throwable cause, long millis) {
        LoggingEvent event = new LoggingEvent("", context.getLogger(logger), Level.WARN, "it failed", cause,
                null);
        event.setTimeStamp(millis);
        return event;
    }
}
