package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.ClientProperties;
import io.headgate.config.properties.HstsProperties;
import io.headgate.config.properties.ListenerClientProperties;
import io.headgate.config.properties.ListenerProperties;
import io.headgate.config.properties.ListenerTimeoutProperties;
import io.headgate.config.tls.TlsMaterial;
import io.headgate.l4.PortRange;
import io.headgate.l7.CertificateHeaders;
import io.headgate.l7.ClientLimits;
import io.headgate.l7.Https;
import io.headgate.l7.port.HttpListenerSpec;
import io.headgate.security.AddressSet;
import io.headgate.security.ServerTls;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Checks what is particular to listeners for HTTP, and makes their specs. */
final class HttpListenerCompiler {

    static final String HTTP = "http";

    private final String path;
    private final ListenerProperties listener;
    private final Faults faults;

    private HttpListenerCompiler(String path, ListenerProperties listener, Faults faults) {
        this.path = path;
        this.listener = listener;
        this.faults = faults;
    }

    /** The spec; null for another protocol. Where there are faults, it is never used. */
    static @Nullable HttpListenerSpec compile(String name, Map<String, ListenerProperties> listeners,
            ClientProperties client, AddressSet proxies, TlsMaterial material, Faults faults) {
        String path = "headgate.listeners." + name;
        ListenerProperties listener = listeners.get(name);
        if (listener == null) {
            return null;
        }
        HttpListenerCompiler compiler = new HttpListenerCompiler(path, listener, faults);
        if (!listener.protocol().equals(HTTP)) {
            compiler.onlyHttp("client", listener.client());
            compiler.onlyHttp("redirect", listener.redirect());
            compiler.onlyHttp("hsts", listener.hsts());
            if (listener.tls() != null && !listener.tls().forwardClientCert().isEmpty()) {
                compiler.onlyHttp("tls.forward-client-cert", listener.tls());
            }
            return null;
        }
        compiler.notHttp();
        ServerTls tls = listener.tls() == null
                ? null
                : ListenerTlsCompiler.http(path + ".tls", listener.tls(), listener.http2(), material, faults);
        return new HttpListenerSpec(name, compiler.limits(client, proxies), tls,
                listener.source().equals("client"), listener.http2(),
                new Https(compiler.redirectPort(name, listeners), compiler.strictTransport(),
                        compiler.certificateHeaders()));
    }

    private void onlyHttp(String property, @Nullable Object value) {
        if (value != null) {
            faults.add(path + "." + property, listener.protocol(), "protocol: http together with it",
                    "Remove it, or use protocol: http.");
        }
    }

    private void notHttp() {
        if (listener.pool() != null) {
            none("pool", listener.pool(), "Remove it: the routes say where requests go.");
        }
        if (!listener.sni().isEmpty()) {
            none("sni", "", "Remove it; a route chooses by the predicate Host.");
        }
        if (listener.starttls() != null) {
            none("starttls", listener.starttls(), "Remove it, or use protocol: tcp.");
        }
        if (!listener.memberPort().equals("own")) {
            none("member-port", listener.memberPort(), "Remove it, or use protocol: tcp.");
        }
        if (listener.proxyProtocol().send() != null) {
            none("proxy-protocol.send", listener.proxyProtocol().send(),
                    "Remove it: members of routes learn of the client by X-Forwarded-For.");
        }
        ListenerTimeoutProperties timeouts = listener.timeouts();
        if (timeouts.connect() != null || timeouts.send() != null || timeouts.idle() != null
                || timeouts.halfClosed() != null) {
            none("timeouts", "", "Use client.idle-timeout and its like, and the pools' timeouts.");
        }
    }

    private void none(String property, @Nullable String value, String action) {
        faults.add(path + "." + property, value, "nothing, with protocol: http", action);
    }

    private ClientLimits limits(ClientProperties all, AddressSet proxies) {
        ListenerClientProperties own = listener.client();
        Duration header = own == null || own.headerTimeout() == null
                ? all.headerTimeout()
                : own.headerTimeout();
        Duration body = own == null || own.bodyTimeout() == null ? all.bodyTimeout() : own.bodyTimeout();
        Duration idle = own == null || own.idleTimeout() == null ? all.idleTimeout() : own.idleTimeout();
        long size = own == null || own.maxBodySize() == null
                ? all.maxBodySize().toBytes()
                : own.maxBodySize().toBytes();
        List<String> relaxed = own == null || own.relaxed() == null ? all.relaxed() : own.relaxed();
        List<String> reported = own == null || own.reportOnly() == null ? all.reportOnly() : own.reportOnly();
        if (own != null) {
            faults.duration(path + ".client.header-timeout", header);
            faults.duration(path + ".client.body-timeout", body);
            faults.duration(path + ".client.idle-timeout", idle);
            faults.range(path + ".client.max-body-size", size, 0, Long.MAX_VALUE);
        }
        return new ClientLimits(header, body, idle, size, listener.mostConnections(),
                listener.maxConnectionsPerClient(), proxies,
                StrictnessCompiler.compile(path + ".client", relaxed, reported, faults));
    }

    /** 0 where there is no redirect. */
    private int redirectPort(String name, Map<String, ListenerProperties> listeners) {
        String to = listener.redirect();
        if (to == null) {
            return 0;
        }
        ListenerProperties target = listeners.get(to);
        PortRange ports = target == null || to.equals(name) || !target.protocol().equals(HTTP)
                || target.tls() == null ? null : PortChecks.ports(target.bind());
        if (ports == null || ports.first().port() == 0) {
            List<String> names = listeners.entrySet().stream()
                    .filter(entry -> entry.getValue().protocol().equals(HTTP)
                            && entry.getValue().tls() != null && !entry.getKey().equals(name))
                    .map(Map.Entry::getKey).toList();
            faults.add(path + ".redirect", to, "another listener with protocol: http, tls and a fixed port: "
                    + (names.isEmpty() ? "there is none" : names),
                    "Name the listener to which clients are sent by https.");
            return 0;
        }
        return ports.first().port();
    }

    private @Nullable String strictTransport() {
        HstsProperties hsts = listener.hsts();
        if (hsts == null) {
            return null;
        }
        faults.range(path + ".hsts.max-age", hsts.maxAge().toSeconds(), 0, Integer.MAX_VALUE);
        if (listener.tls() == null) {
            faults.add(path + ".hsts", "", "tls together with it",
                    "Browsers ignore it in answers in clear text: move it to the listener with TLS.");
        }
        return "max-age=" + hsts.maxAge().toSeconds()
                + (hsts.includeSubdomains() ? "; includeSubDomains" : "")
                + (hsts.preload() ? "; preload" : "");
    }

    private Set<String> certificateHeaders() {
        if (listener.tls() == null) {
            return Set.of();
        }
        List<String> kinds = listener.tls().forwardClientCert();
        for (int i = 0; i < kinds.size(); i++) {
            if (!kinds.get(i).equals(CertificateHeaders.CLIENT_CERT)
                    && !kinds.get(i).equals(CertificateHeaders.XFCC)) {
                faults.add(path + ".tls.forward-client-cert[" + i + "]", kinds.get(i), "client-cert or xfcc",
                        "Write one of these values.");
            }
        }
        if (!kinds.isEmpty() && listener.tls().clientAuth().equals("none")) {
            faults.add(path + ".tls.forward-client-cert", kinds, "client-auth: want or need together with it",
                    "Clients are not asked for a certificate: set client-auth, or remove it.");
        }
        return Set.copyOf(kinds);
    }
}
