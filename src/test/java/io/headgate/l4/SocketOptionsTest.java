package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.testing.ListenerBuilder;
import io.headgate.testing.RawServer;
import io.netty.channel.socket.SocketChannel;
import io.netty.channel.socket.SocketChannelConfig;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.StandardSocketOptions;
import java.nio.channels.DatagramChannel;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/** Asks the system what it has been told. */
@ParameterizedClass
@MethodSource("io.headgate.l4.Lab#transports")
class SocketOptionsTest {

    private final Transport transport;

    SocketOptionsTest(Transport transport) {
        this.transport = transport;
    }

    @Test
    void keepAliveAndNoDelayReachTheSocketsOfBothSides() throws IOException {
        for (boolean on : List.of(true, false)) {
            SocketOptions options = new SocketOptions(100, on, on, false, false);
            try (RawServer backend = new RawServer(RawServer.ECHO);
                    Lab lab = new Lab(transport).over(backend).listening(Lab.spec().withSocket(options));
                    Socket client = lab.connect()) {
                client.getOutputStream().write(7);
                assertThat(client.getInputStream().read()).isEqualTo(7);
                Session session = (Session) lab.listener().connections().getFirst();
                SocketChannel member = (SocketChannel) lab.listener().shared().open(
                        new Address("127.0.0.1", 1),
                        options, new Intake());
                for (SocketChannel channel : List.of(session.channel(), member)) {
                    SocketChannelConfig config = channel.config();
                    assertThat(config.isKeepAlive()).isEqualTo(on);
                    assertThat(config.isTcpNoDelay()).isEqualTo(on);
                }
                Sockets.resetUnregistered(member);
            }
        }
    }

    @Test
    void anAddressIsSharedOnlyWhereBothSidesSaySo() throws IOException {
        SocketOptions shared = new SocketOptions(100, true, true, true, false);
        try (RawServer backend = new RawServer(RawServer.ECHO); Lab lab = new Lab(transport).over(backend)) {
            lab.listening(Lab.spec().withSocket(shared));
            try (ServerSocketChannel other = ServerSocketChannel.open()
                    .setOption(StandardSocketOptions.SO_REUSEPORT, true)) {
                assertThat(other.bind(lab.address()).getLocalAddress()).isEqualTo(lab.address());
            }
            lab.listening(ListenerBuilder.tcp("alone", Lab.ANYWHERE, Lab.POOL));
            try (ServerSocketChannel other = ServerSocketChannel.open()
                    .setOption(StandardSocketOptions.SO_REUSEPORT, true)) {
                assertThatThrownBy(() -> other.bind(lab.address())).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void twoGatewaysTakeTurnsAtOneAddress() throws Exception {
        SocketOptions shared = new SocketOptions(100, true, true, true, false);
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab old = new Lab(transport).over(backend).listening(Lab.spec().withSocket(shared));
                Lab young = new Lab(transport).over(backend)) {
            Address address = new Address("127.0.0.1", old.address().getPort());
            young.listening(ListenerBuilder.tcp("test", address, Lab.POOL).withSocket(shared));
            old.listeners.apply(List.of());
            int port = address.port();
            await().ignoreExceptions().untilAsserted(() -> {
                long before = young.listener().accepted();
                for (int i = 0; i < 10; i++) {
                    try (Socket client = Lab.connect(port)) {
                        client.getOutputStream().write(7);
                        assertThat(client.getInputStream().read()).isEqualTo(7);
                    }
                }
                assertThat(young.listener().accepted()).isEqualTo(before + 10);
            });
        }
    }

    @Test
    void aDatagramSocketIsSharedToo() throws IOException {
        SocketOptions shared = new SocketOptions(100, true, true, true, false);
        try (Lab lab = new Lab(transport).over()
                .listening(ListenerBuilder.udp("test", Lab.ANYWHERE, Lab.POOL).withSocket(shared))) {
            InetSocketAddress address = lab.address();
            try (DatagramChannel other = DatagramChannel.open()
                    .setOption(StandardSocketOptions.SO_REUSEPORT, true)) {
                assertThat(other.bind(address).getLocalAddress()).isEqualTo(address);
            }
        }
    }
}
