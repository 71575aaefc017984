package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import io.headgate.testing.RawClient;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.codec.http.HttpServerKeepAliveHandler;
import io.netty.handler.codec.http.HttpVersion;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many clients that do not read, with little memory: nobody's answer is half, others are served, and the
 * process goes on. For the long profile, with {@code -Dmemory.clients=2500} in the size that once ended it.
 */
@EnabledIfSystemProperty(named = "memory.clients", matches = "\\d+")
class MemoryIT {

    private static final int CLIENTS = Integer.getInteger("memory.clients", 200);
    private static final String HEAP = "-Xmx" + Integer.getInteger("memory.heap", 64) + "m";
    private static final int LENGTH = 1 << 20;
    private static final ByteBuf BODY = Unpooled.unreleasableBuffer(Unpooled.wrappedBuffer(new byte[LENGTH]));
    private static final Duration PATIENCE = Duration.ofSeconds(90);

    @TempDir
    Path folder = Path.of("");

    private final EventLoopGroup loops = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
    private final AtomicInteger halves = new AtomicInteger();
    private int member;

    /** Answers everything with a megabyte. */
    @BeforeEach
    void startMember() {
        member = ((InetSocketAddress) new ServerBootstrap().group(loops).channel(NioServerSocketChannel.class)
                .childHandler(new ChannelInitializer<SocketChannel>() {

                    @Override
                    protected void initChannel(SocketChannel channel) {
                        channel.pipeline().addLast(new HttpServerCodec(), new HttpServerKeepAliveHandler(),
                                new Megabyte());
                    }
                }).bind("127.0.0.1", 0).syncUninterruptibly().channel().localAddress()).getPort();
    }

    private static final class Megabyte extends SimpleChannelInboundHandler<HttpRequest> {

        @Override
        @SuppressWarnings("FutureReturnValueIgnored")
        protected void channelRead0(ChannelHandlerContext ctx, HttpRequest request) {
            DefaultFullHttpResponse answer = new DefaultFullHttpResponse(HttpVersion.HTTP_1_1,
                    HttpResponseStatus.OK, BODY.duplicate());
            answer.headers().set(HttpHeaderNames.CONTENT_LENGTH, LENGTH);
            ctx.writeAndFlush(answer);
        }
    }

    @AfterEach
    void stopMember() {
        loops.shutdownGracefully().syncUninterruptibly();
    }

    @Test
    void clientsThatDoNotReadTakeNothingFromThoseThatDo() throws IOException {
        int relayed = Ports.free();
        Files.createDirectories(folder.resolve("headgate"));
        Files.writeString(folder.resolve("headgate/application.yml"), """
                headgate:
                  pools.app: { members: [ "127.0.0.1:%d" ], health: { check: none } }
                  listeners.relayed: { bind: "127.0.0.1:%d", pool: app }
                  access-log.enabled: false
                spring.cloud.gateway.server.webflux.routes:
                  - { id: slow, uri: "lb://app", predicates: [ Path=/slow ], filters: [ CircuitBreaker=app ] }
                  - { id: fast, uri: "lb://app", predicates: [ Path=/** ] }
                """.formatted(member, relayed));
        try (PackagedHeadgate headgate = PackagedHeadgate.start(folder.resolve("headgate"), List.of(HEAP))) {
            for (Target target : List.of(new Target(headgate.port(), "/slow"),
                    new Target(headgate.port(), "/fast"), new Target(relayed, "/"))) {
                List<Socket> silent = stall(target);
                for (Target other : List.of(target, new Target(headgate.port(), "/fast"))) {
                    await(other + " beside " + target).atMost(PATIENCE).until(() -> read(other));
                }
                assertThat(headgate.alive()).as(headgate::log).isTrue();
                for (Socket client : silent) {
                    client.close();
                }
                headgate.awaitNothingInFlight();
            }
            assertThat(halves).hasValue(0);
            assertThat(headgate.log()).doesNotContain("Cannot reserve", "OutOfMemoryError");
        }
    }

    private record Target(int port, String path) {

        String request() {
            return "GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
        }
    }

    /** Asks for a megabyte each, with hardly any room for it on the way. */
    private static List<Socket> stall(Target target) throws IOException {
        List<Socket> clients = new ArrayList<>();
        for (int i = 0; i < CLIENTS; i++) {
            Socket client = new Socket();
            client.setReceiveBufferSize(2048);
            client.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), target.port()));
            client.getOutputStream().write(target.request().getBytes(StandardCharsets.US_ASCII));
            clients.add(client);
        }
        return clients;
    }

    /** Whether the whole answer came; a refusal for want of memory, or of time, is to be asked again. */
    private boolean read(Target target) {
        try (RawClient client = new RawClient(target.port())) {
            String answer = client.send(target.request()).readAll();
            boolean served = answer.startsWith("HTTP/1.1 200");
            if (served && answer.length() - answer.indexOf("\r\n\r\n") - 4 != LENGTH) {
                halves.incrementAndGet();
            }
            return served;
        } catch (IOException e) {
            return false;
        }
    }
}
