package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.haproxy.HAProxyMessageDecoder;

/** What must hold when a parser is given any bytes whatever. */
final class Parsing {

    private Parsing() {
    }

    static void clientHello(byte[] data) {
        ByteBuf bytes = Unpooled.wrappedBuffer(data);
        ClientHello.Finding whole = ClientHello.read(bytes);
        assertThat(bytes.readableBytes()).isEqualTo(data.length);
        if (whole instanceof ClientHello.Incomplete incomplete) {
            assertThat(incomplete.needed()).isGreaterThan(data.length);
        }
        ClientHello.Finding half = ClientHello.read(bytes.slice(0, data.length / 2));
        if (half instanceof ClientHello.NotTls || half instanceof ClientHello.Hello) {
            assertThat(whole).isEqualTo(half); // what comes later changes nothing
        }
    }

    static void proxyHeader(byte[] data) {
        EmbeddedChannel channel = new EmbeddedChannel(new HAProxyMessageDecoder());
        int middle = data.length / 2;
        try {
            channel.writeInbound(Unpooled.copiedBuffer(data, 0, middle));
            channel.writeInbound(Unpooled.copiedBuffer(data, middle, data.length - middle));
        } catch (DecoderException e) {
            assertThat(e).isNotNull(); // the one thing that may come of a bad header
        } finally {
            end(channel);
        }
    }

    private static void end(EmbeddedChannel channel) {
        try {
            channel.finishAndReleaseAll();
        } catch (DecoderException e) { // of what was left
            channel.releaseInbound();
        }
    }
}
