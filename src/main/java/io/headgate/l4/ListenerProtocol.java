package io.headgate.l4;

import io.headgate.security.AddressSet;
import io.headgate.security.ServerTls;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What a listener carries, and what is particular to that. */
public sealed interface ListenerProtocol {

    /** As it is configured. */
    default String code() {
        return getClass().getSimpleName().toLowerCase(Locale.ROOT);
    }

    /**
     * Connections.
     *
     * @param sni choose a pool by what a TLS client asks for; TLS is passed through
     * @param startTls what a client says before TLS, null for nothing
     * @param tls how TLS ends at the listener, null if it is passed through or absent
     * @param proxy how PROXY headers are accepted and sent
     * @param prefaceTimeout how long a client may take to send its PROXY header and ClientHello
     */
    record Tcp(List<SniRule> sni, @Nullable StartTls startTls, @Nullable ServerTls tls, ProxyProtocol proxy,
            Duration prefaceTimeout) implements ListenerProtocol {

        /** Long enough for one lost packet and its repetition. */
        public static final Duration PREFACE_TIMEOUT = Duration.ofSeconds(5);

        /** Neither TLS nor headers: a client's first byte is a member's. */
        public static final Tcp PLAIN = new Tcp(List.of(), null, null, ProxyProtocol.NONE, PREFACE_TIMEOUT);

        public Tcp {
            sni = List.copyOf(sni);
        }

        boolean behindProxies() {
            return !proxy.accept().isEmpty();
        }
    }

    /**
     * Requests, which layer 7 serves. A listener accepts the connections, and decides who may come in.
     *
     * @param proxies the networks whose connections begin with a PROXY header; empty: none does
     * @param drain how long open connections may go on when the listener is gone
     */
    record Http(AddressSet proxies, Duration drain) implements ListenerProtocol {}

    /**
     * Datagrams. The listener's limit of connections bounds its sessions.
     *
     * @param responses datagrams that a member answers to each one of the client; a session ends when all
     *            have come. 0: it ends by silence alone
     * @param idle the silence after which a session ends, if the listener's timeouts have no value
     */
    record Udp(int responses, Duration idle) implements ListenerProtocol {

        public static final Udp DEFAULT = new Udp(0, Duration.ofSeconds(30));
    }
}
