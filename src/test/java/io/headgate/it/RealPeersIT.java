package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.testing.Ports;
import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients and servers of others on both sides of layer 4. */
@NeedsTool({"curl", "dnsmasq", "nginx", "openssl", "redis-cli", "redis-server"})
class RealPeersIT {

    @TempDir
    private Path folder;

    private static String pool(int member) {
        return "{ members: [ \"127.0.0.1:" + member + "\" ], health: { check: none } }";
    }

    private String certificate(String... names) {
        TestAuthority.write(TestAuthority.ours().issue(names), folder, "ours");
        TestAuthority.write(TestAuthority.ours().authority(), folder, "authority");
        return """
                spring.ssl.bundle.pem:
                  ours.keystore: { certificate: "FOLDER/ours.crt", private-key: "FOLDER/ours.key" }
                  members.truststore.certificate: "FOLDER/authority.crt"
                """.replace("FOLDER", folder.toString());
    }

    @Test
    void redisBehindTlsThatEndsHereAndBehindTlsThatGoesOn() throws Exception {
        int plain = Ports.free();
        int again = Ports.free();
        String bundles = certificate("redis.test");
        try (Service redis = Service.start(folder, "redis-server", "--port", "0", "--tls-port", "PORT",
                "--tls-cert-file", "FOLDER/ours.crt", "--tls-key-file", "FOLDER/ours.key",
                "--tls-ca-cert-file",
                "FOLDER/authority.crt", "--tls-auth-clients", "no", "--save", "");
                TestGateway _ = TestGateway.start(bundles + """
                        headgate:
                          pools:
                            redis:
                              members: [ "127.0.0.1:%d" ]
                              tls: { bundle: members, server-name: redis.test }
                          listeners:
                            plain: { bind: "127.0.0.1:%d", pool: redis }
                            again: { bind: "127.0.0.1:%d", pool: redis, tls: { bundle: ours, alpn: [ h2 ] } }
                        """.formatted(redis.port(), plain, again))) {
            assertThat(Tool.run(folder, Tool.path("redis-cli"), "-p", Integer.toString(plain), "PING"))
                    .isEqualTo("PONG\n");
            assertThat(Tool.run(folder, Tool.path("redis-cli"), "-p", Integer.toString(again), "--tls",
                    "--cacert", "authority.crt", "--sni", "redis.test", "ECHO", "through")).isEqualTo(
                            "through\n");
            assertThat(Tool.run(folder, Tool.path("openssl"), "s_client", "-brief", "-connect",
                    "127.0.0.1:" + again, "-servername", "redis.test", "-verify_hostname", "redis.test",
                    "-verify_return_error", "-CAfile", "authority.crt", "-alpn", "h2")).contains(
                            "Verification: OK", "Protocol version: TLSv1.3");
        }
    }

    /** Headers come from curl and from nginx, and go to nginx, which answers with what it was told. */
    @Test
    void proxyHeadersOfCurlAndNginxAndForNginx() throws Exception {
        int l4 = Ports.free();
        int http = Ports.free();
        int stream = Ports.free();
        Files.writeString(folder.resolve("nginx.conf"), """
                load_module /usr/lib/nginx/modules/ngx_stream_module.so;
                daemon off;
                master_process off;
                pid nginx.pid;
                events { worker_connections 64; }
                stream {
                  server { listen 127.0.0.1:%d; proxy_protocol on; proxy_pass 127.0.0.1:%d; }
                }
                http {
                  access_log off;
                  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                  server {
                    listen 127.0.0.1:%d proxy_protocol;
                    location / { return 200 "$proxy_protocol_port "; }
                  }
                }
                """.formatted(stream, l4, http));
        try (Service _ = Service.startAt(http, folder, "nginx", "-p", "FOLDER", "-c", "nginx.conf", "-e",
                "error.log");
                TestGateway gateway = TestGateway.start("""
                        headgate:
                          client: { proxy-protocol: { accept: [ 127.0.0.0/8 ] } }
                          pools: { nginx: %s }
                          listeners:
                            web:
                              bind: "127.0.0.1:%d"
                              pool: nginx
                              proxy-protocol: { accept: [ 127.0.0.0/8 ], send: v2 }
                        """.formatted(pool(http), l4))) {
            String[] told = curl("http://127.0.0.1:" + l4 + "/", "--haproxy-protocol").split(" ");
            assertThat(told[0]).isEqualTo(told[1]);
            told = curl("http://127.0.0.1:" + stream + "/", "-4").split(" ");
            assertThat(told[0]).isEqualTo(told[1]);
            assertThat(curl("http://127.0.0.1:" + gateway.port() + "/", "--haproxy-protocol"))
                    .contains("no-route");
        }
    }

    /** What it got, then the port that it had itself. */
    private String curl(String url, String option) throws IOException, InterruptedException {
        return Tool.run(folder, Tool.path("curl"), "-sS", option, "-m", "20", "-w",
                "%{local_port}", url);
    }

    @Test
    void dnsmasqBehindUdp() throws Exception {
        int dns = Ports.free();
        try (Service dnsmasq = Service.start(folder, "dnsmasq", "--keep-in-foreground",
                "--conf-file=/dev/null",
                "--no-resolv", "--no-hosts", "--address=/there.test/203.0.113.9",
                "--listen-address=127.0.0.1",
                "--bind-interfaces", "--port=PORT", "--user=", "--pid-file=");
                TestGateway _ = TestGateway.start("""
                        headgate:
                          pools: { dns: %s }
                          listeners: { dns: { bind: "127.0.0.1:%d", protocol: udp, pool: dns, responses: 1 } }
                        """.formatted(pool(dnsmasq.port()), dns));
                DatagramSocket client = new DatagramSocket()) {
            client.setSoTimeout(10_000);
            for (short id = 0; id < 200; id++) {
                byte[] question = question(id, "there", "test");
                client.send(new DatagramPacket(question, question.length, InetAddress.getLoopbackAddress(),
                        dns));
                DatagramPacket answer = new DatagramPacket(new byte[512], 512);
                client.receive(answer);
                byte[] bytes = Arrays.copyOf(answer.getData(), answer.getLength());
                assertThat(ByteBuffer.wrap(bytes).getShort()).isEqualTo(id);
                assertThat(Arrays.copyOfRange(bytes, bytes.length - 4, bytes.length))
                        .containsExactly(203, 0, 113, 9);
            }
        }
    }

    /** RFC 1035, section 4: one question for the address of a name. */
    private static byte[] question(short id, String... labels) {
        ByteBuffer bytes = ByteBuffer.allocate(512).putShort(id).putShort((short) 0x0100).putShort((short) 1)
                .putShort((short) 0).putInt(0);
        for (String label : labels) {
            bytes.put((byte) label.length()).put(label.getBytes(StandardCharsets.US_ASCII));
        }
        bytes.put((byte) 0).putShort((short) 1).putShort((short) 1);
        return Arrays.copyOf(bytes.array(), bytes.position());
    }
}
