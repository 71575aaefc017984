package io.headgate.health;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.testing.Ports;
import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.EventLoop;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.socket.DatagramPacket;
import io.netty.util.concurrent.Future;
import io.netty.util.concurrent.Promise;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

@ParameterizedClass
@EnumSource(Transport.class)
class UdpCheckTest {

    private static final Duration TIMEOUT = Duration.ofMillis(400);

    private final EventLoops loops;
    private final Names names;
    private final List<String> asked = new CopyOnWriteArrayList<>();

    UdpCheckTest(Transport transport) {
        loops = new EventLoops(transport, 1);
        names = new Names(transport);
    }

    @AfterEach
    void close() {
        names.close();
        loops.close();
    }

    @Test
    void passesWhenTheAnswerHoldsWhatIsExpected() throws InterruptedException {
        Channel server = answering("say PONG now");
        assertThat(check(server, "ping", "PONG")).isEqualTo(Finding.passed("answered 12 bytes"));
        assertThat(check(server, "hex:00 ff", "hex:504f4e47")).isEqualTo(Finding.passed("answered 12 bytes"));
        assertThat(check(server, "ping", null)).isEqualTo(Finding.passed("answered 12 bytes"));
        assertThat(check(server, "ping", "pong"))
                .isEqualTo(Finding.failed("answered 12 bytes without what is expected"));
        assertThat(asked).containsExactly("ping", "\0\u00ff", "ping", "ping");
    }

    @Test
    void looksAtAnAnswersBeginningAlone() throws InterruptedException {
        Channel server = answering("x".repeat(20_000) + "late");
        assertThat(check(server, "ping", "x")).isEqualTo(Finding.passed("answered 4096 bytes"));
        assertThat(check(server, "ping", "late").passed()).isFalse();
    }

    @Test
    void failsWithoutAnAnswer() throws InterruptedException {
        Channel silent = answering("");
        assertThat(check(silent, "ping", null)).isEqualTo(Finding.failed("no answer within 400 ms"));
    }

    @Test
    void failsAtOnceWhereNobodyListens() throws InterruptedException, SocketException {
        Finding finding = check(Ports.free(), "ping", null);
        assertThat(finding.passed()).isFalse();
        assertThat(finding.detail()).doesNotContain("within");
    }

    @Test
    void aMemberThatSendsMoreOrIsLateIsNotToldThatNobodyListens() throws Exception {
        try (DatagramSocket member = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Promise<Finding> finding = loops.next().newPromise();
            UdpCheck check = new UdpCheck(loops.transport(), names,
                    new CheckSpec.Udp(Octets.parse("ping"), null), Duration.ofMinutes(1));
            CheckedMember target = new CheckedMember("web", "a",
                    new Address("127.0.0.1", member.getLocalPort()));
            EventLoop loop = loops.next();
            loop.execute(() -> {
                Future<?> _ = check.start(target, loop, finding);
            });
            java.net.DatagramPacket packet = new java.net.DatagramPacket(new byte[100], 100);
            member.receive(packet);
            member.connect(packet.getSocketAddress());
            member.send(packet);
            assertThat(finding.await(20_000)).isTrue();
            for (int i = 0; i < 3; i++) {
                member.send(packet); // throws where the last one was refused
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hex:", "hex:0", "hex:0g"})
    void saysWhatIsNoDatagram(String text) {
        assertThatIllegalArgumentException().isThrownBy(() -> Octets.parse(text))
                .withMessageContaining("(expected: ");
    }

    @ParameterizedTest
    @CsvSource({"ab, 6162", "hex:AB cd, abcd", "é, c3a9", "hex, 686578"})
    void readsTextAndDigits(String text, String hex) {
        assertThat(Octets.parse(text)).isEqualTo(new Octets(hex));
    }

    private Finding check(Channel server, String send, @Nullable String expect) throws InterruptedException {
        return check(((InetSocketAddress) server.localAddress()).getPort(), send, expect);
    }

    private Finding check(int port, String send, @Nullable String expect) throws InterruptedException {
        CheckSpec.Udp spec = new CheckSpec.Udp(Octets.parse(send),
                expect == null ? null : Octets.parse(expect));
        return CheckRun.of(new UdpCheck(loops.transport(), names, spec, Duration.ZERO), loops.next(), port,
                TIMEOUT);
    }

    /** A responder that answers every datagram so, or not at all where the answer is empty. */
    private Channel answering(String answer) throws InterruptedException {
        return new Bootstrap().group(loops.next()).channel(loops.transport().datagram())
                .handler(new SimpleChannelInboundHandler<DatagramPacket>() {

                    @Override
                    protected void channelRead0(ChannelHandlerContext ctx, DatagramPacket question) {
                        asked.add(question.content().toString(StandardCharsets.ISO_8859_1));
                        if (!answer.isEmpty()) {
                            ctx.writeAndFlush(new DatagramPacket(
                                    Unpooled.copiedBuffer(answer, StandardCharsets.ISO_8859_1),
                                    question.sender()), ctx.voidPromise());
                        }
                    }
                }).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0)).sync().channel();
    }
}
