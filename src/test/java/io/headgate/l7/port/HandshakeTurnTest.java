package io.headgate.l7.port;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import reactor.netty.NettyPipeline;

class HandshakeTurnTest {

    private final EmbeddedChannel channel = new EmbeddedChannel();

    HandshakeTurnTest() {
        channel.pipeline().addLast(NettyPipeline.SslHandler, new ChannelInboundHandlerAdapter());
        HandshakeTurn.install(channel.pipeline());
    }

    @Test
    void tlsGetsTheWholeClientHelloWhenItsTurnHasCome() throws NoSuchAlgorithmException, SSLException {
        byte[] hello = clientHello();
        channel.writeInbound(Unpooled.copiedBuffer(hello, 0, 20));
        channel.runPendingTasks();
        assertThat(channel.<Object>readInbound()).isNull();
        channel.writeInbound(Unpooled.copiedBuffer(hello, 20, hello.length - 20));
        channel.runPendingTasks();
        assertThat(read()).isEqualTo(hello);
        channel.writeInbound(Unpooled.copiedBuffer(hello, 0, 5));
        assertThat(read()).as("it stands aside").hasSize(5);
        channel.finishAndReleaseAll();
    }

    /** TLS says what it has against it. */
    @Test
    void soDoesWhatIsNoTls() {
        channel.writeInbound(
                Unpooled.copiedBuffer("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII)));
        channel.runPendingTasks();
        assertThat(read()).startsWith("GET /".getBytes(StandardCharsets.US_ASCII));
        channel.finishAndReleaseAll();
    }

    /** What was read is released: the leak detector of the build would tell. */
    @Test
    void aClientMayLeaveBefore() throws NoSuchAlgorithmException, SSLException {
        ByteBuf hello = Unpooled.wrappedBuffer(clientHello());
        channel.writeOneInbound(hello);
        channel.close();
        channel.runPendingTasks();
        channel.finishAndReleaseAll();
        assertThat(hello.refCnt()).isZero();
    }

    private byte[] read() {
        ByteBuf got = Unpooled.buffer();
        for (ByteBuf part = channel.readInbound(); part != null; part = channel.readInbound()) {
            got.writeBytes(part);
            part.release();
        }
        return ByteBufUtil.getBytes(got);
    }

    private static byte[] clientHello() throws NoSuchAlgorithmException, SSLException {
        SSLEngine engine = SSLContext.getDefault().createSSLEngine("example.org", 443);
        engine.setUseClientMode(true);
        ByteBuffer hello = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
        engine.wrap(ByteBuffer.allocate(0), hello);
        byte[] bytes = new byte[hello.flip().remaining()];
        hello.get(bytes);
        return bytes;
    }
}
