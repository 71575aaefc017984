package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.health.TestGrpcServer.Answer;
import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.net.Transport;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GrpcCheckTest {

    private static final Duration TIMEOUT = Duration.ofSeconds(5);

    private final EventLoops loops = new EventLoops(Transport.best(), 1);
    private final Names names = new Names(loops.transport());
    private final CheckConnection clear = new CheckConnection(loops.transport(), names, null, List.of("h2"),
            Opening.PLAIN);

    @AfterEach
    void close() {
        names.close();
        loops.close();
    }

    @Test
    void passesOnServingAloneAndAsksAsGrpcDoes() throws InterruptedException {
        try (TestGrpcServer server = new TestGrpcServer(loops, Answer.SERVING, null)) {
            assertThat(check(clear, server.port())).isEqualTo(Finding.passed("SERVING"));
            assertThat(server.seen()).containsEntry(":method", "POST").containsEntry(":scheme", "http")
                    .containsEntry(":path", "/grpc.health.v1.Health/Check")
                    .containsEntry(":authority", "127.0.0.1:" + server.port())
                    .containsEntry("content-type", "application/grpc").containsEntry("te", "trailers");
            server.answer(Answer.NOT_SERVING);
            assertThat(check(clear, server.port())).isEqualTo(Finding.failed("NOT_SERVING"));
        }
    }

    @ParameterizedTest
    @CsvSource({"200, '', 5, grpc-status 5: because", "200, '', 12, grpc-status 12: because",
            "503, '', , HTTP 503",
            "200, 00000000020801, , the answer has no grpc-status",
            "200, '', , the answer has no grpc-status",
            "200, 0000000002, 0, the answer is not a health status: not one uncompressed gRPC message"})
    void failsOnEverythingElse(String status, String message, String grpcStatus, String detail)
            throws InterruptedException {
        try (TestGrpcServer server = new TestGrpcServer(loops, new Answer(status, message, grpcStatus),
                null)) {
            assertThat(check(clear, server.port())).isEqualTo(Finding.failed(detail));
        }
    }

    @Test
    void failsOnAnAnswerThatDoesNotEnd() throws InterruptedException {
        try (TestGrpcServer server = new TestGrpcServer(loops, new Answer("200", "00".repeat(2000), "0"),
                null)) {
            assertThat(check(clear, server.port()).detail())
                    .isEqualTo("the answer is longer than 1024 bytes");
        }
    }

    @Test
    void failsOnAServerThatSpeaksAnotherProtocol() throws InterruptedException, IOException {
        try (RawServer server = new RawServer(RawServer.saying("HTTP/1.1 400 Bad Request\r\n\r\n"))) {
            assertThat(check(clear, server.port()).passed()).isFalse();
        }
    }

    @Test
    void aServerThatNeverAnswersIsLetGoAtOnce() throws InterruptedException, IOException {
        try (RawServer server = new RawServer(RawServer.SILENT)) {
            assertThat(CheckRun.of(new GrpcCheck(clear, new CheckSpec.Grpc("")), loops.next(), server.port(),
                    Duration.ofMillis(200))).isEqualTo(Finding.failed("no answer within 200 ms"));
            await().atMost(Duration.ofSeconds(2)).until(() -> server.open() == 0);
        }
    }

    @Test
    void asksThroughTlsAndOffersHttp2() throws InterruptedException, IOException {
        TestCertificate certificate = TestCertificate.make();
        CheckConnection dial = new CheckConnection(loops.transport(), names,
                new CheckTls(certificate.trusting(), "orders.internal"),
                List.of("h2"), Opening.PLAIN);
        try (TestGrpcServer server = new TestGrpcServer(loops, Answer.SERVING,
                certificate.server(TestGrpcServer.PROTOCOL))) {
            assertThat(check(dial, server.port())).isEqualTo(Finding.passed("SERVING"));
            assertThat(server.seen()).containsEntry("alpn", "h2").containsEntry(":scheme", "https")
                    .containsEntry(":authority", "orders.internal");
        }
    }

    private Finding check(CheckConnection dial, int port) throws InterruptedException {
        return CheckRun.of(new GrpcCheck(dial, new CheckSpec.Grpc("shop")), loops.next(), port, TIMEOUT);
    }
}
