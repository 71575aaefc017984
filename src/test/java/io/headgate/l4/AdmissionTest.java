package io.headgate.l4;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.headgate.pool.Address;
import io.headgate.pool.Reason;
import io.headgate.security.AddressRules;
import io.headgate.testing.ListenerBuilder;
import io.headgate.testing.RawServer;
import java.io.IOException;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import org.junit.jupiter.api.Test;

class AdmissionTest {

    @Test
    void aDeniedAddressIsReset() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab().over(backend)
                        .listening(Lab.spec().withRules(AddressRules.of(List.of(), List.of("127.0.0.0/8"))));
                Socket client = lab.connect()) {
            assertReset(client);
            assertThat(lab.connections.refused).containsExactly(Reason.DENIED);
            assertThat(lab.listener().refused()).isEqualTo(1);
            assertThat(lab.listener().accepted()).isZero();
            assertThat(lab.connections.opened).isEmpty();
            assertThat(backend.accepted()).isEqualTo(0);
        }
    }

    @Test
    void rulesForIpv4HoldOnADualStackListenerToo() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab().over(backend)
                        .listening(ListenerBuilder.tcp("dual", new Address("::", 0), Lab.POOL)
                                .withRules(AddressRules.of(List.of("127.0.0.1/32"), List.of())))) {
            try (Socket client = lab.connect()) {
                client.getOutputStream().write(7);
                assertThat(client.getInputStream().read()).isEqualTo(7);
            }
            try (Socket client = new Socket(Inet6Address.getByName("::1"), lab.address().getPort())) {
                assertReset(client);
            }
        }
    }

    @Test
    void connectionsBeyondTheLimitAreResetUntilOneEnds() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab().over(backend)
                        .listening(Lab.spec().withLimits(new ListenerLimits(2, 0)))) {
            try (Socket first = lab.connect(); Socket second = lab.connect()) {
                await().until(() -> lab.listener().open() == 2);
                try (Socket third = lab.connect()) {
                    assertReset(third);
                }
                assertThat(first.isConnected() && second.isConnected()).isTrue();
            }
            await().until(() -> lab.listener().open() == 0);
            try (Socket again = lab.connect()) {
                again.getOutputStream().write(7);
                assertThat(again.getInputStream().read()).isEqualTo(7);
            }
            assertThat(lab.connections.refused).containsExactly(Reason.TOO_MANY_CONNECTIONS);
        }
    }

    @Test
    void oneClientCannotTakeThePlacesOfAnother() throws IOException {
        try (RawServer backend = new RawServer(RawServer.ECHO);
                Lab lab = new Lab().over(backend)
                        .listening(Lab.spec().withLimits(new ListenerLimits(10, 1)))) {
            try (Socket first = lab.connect()) {
                await().until(() -> lab.listener().open() == 1);
                try (Socket second = lab.connect()) {
                    assertReset(second);
                }
                try (Socket other = new Socket()) {
                    other.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.2"), 0));
                    other.connect(lab.address());
                    other.getOutputStream().write(7);
                    assertThat(other.getInputStream().read()).isEqualTo(7);
                }
                assertThat(first.isConnected()).isTrue();
            }
            await().until(() -> lab.listener().open() == 0);
            try (Socket again = lab.connect()) {
                again.getOutputStream().write(7);
                assertThat(again.getInputStream().read()).isEqualTo(7);
            }
        }
    }

    private static void assertReset(Socket client) {
        assertThatThrownBy(() -> {
            client.getOutputStream().write(1);
            client.getInputStream().read();
        }).isInstanceOf(SocketException.class);
    }
}
