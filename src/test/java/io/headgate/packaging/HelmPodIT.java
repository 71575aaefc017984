package io.headgate.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServicePort;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import javax.net.SocketFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the chart renders, run: the probes, the ports and the management port of a pod of each example. */
class HelmPodIT {

    @TempDir
    Path folder = Path.of("");

    static List<Path> examples() {
        return HelmChart.examples();
    }

    @ParameterizedTest
    @MethodSource("examples")
    void the_pod_of_every_example_answers_at_every_port(Path values) throws Exception {
        Manifests manifests = HelmChart.render(values);
        try (LocalPod pod = LocalPod.start(manifests, folder)) {
            pod.awaitReady();
            for (Relocation.Listener listener : pod.listeners()) {
                assertThat(reaches(pod, listener)).as("%s", listener).isTrue();
            }
            for (ServicePort port : manifests.one(Service.class).getSpec().getPorts()) {
                int here = pod.port(port.getProtocol(), port.getTargetPort().getIntVal());
                if (port.getName().startsWith("http")) {
                    assertThat(entryAnswers(pod, port.getName(), here)).as(port.getName()).isTrue();
                } else if (port.getProtocol().equals("UDP")) {
                    assertThat(echo(LocalPod.address(), here)).isEqualTo("ping");
                } else {
                    assertThat(accepts(LocalPod.address(), here)).as(port.getName()).isTrue();
                }
            }
            managementIsBoundAsInAPod(pod);
            writesNeedTheGeneratedCredentials(pod, manifests);
        }
    }

    /** Whether it serves where its bind says, and nowhere else. */
    private static boolean reaches(LocalPod pod, Relocation.Listener listener) throws IOException {
        boolean loopback = listener.host().startsWith("127.");
        String host = loopback ? listener.host() : LocalPod.address();
        if (listener.udp()) {
            return echo(host, listener.port()).equals("ping");
        }
        if (loopback && accepts(LocalPod.address(), listener.port())) {
            return false;
        }
        SocketFactory sockets = listener.tls()
                ? pod.tls().context().getSocketFactory()
                : SocketFactory.getDefault();
        try (Socket socket = sockets.createSocket(host, listener.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write("GET / HTTP/1.1\r\nHost: test\r\n\r\n".getBytes(UTF_8));
            return new String(socket.getInputStream().readNBytes(12), UTF_8).equals("HTTP/1.1 200");
        }
    }

    private static boolean entryAnswers(LocalPod pod, String scheme, int port) {
        URI uri = URI.create("%s://%s:%d/".formatted(scheme, LocalPod.address(), port));
        return pod.send(HttpRequest.newBuilder(uri)).statusCode() > 0;
    }

    private static void managementIsBoundAsInAPod(LocalPod pod) throws IOException {
        boolean everywhere = "0.0.0.0".equals(pod.environment().get("MANAGEMENT_SERVER_ADDRESS"));
        assertThat(accepts(LocalPod.address(), pod.port("management"))).isTrue();
        assertThat(accepts("127.0.0.1", pod.port("management"))).isEqualTo(everywhere);
    }

    private static void writesNeedTheGeneratedCredentials(LocalPod pod, Manifests manifests) {
        Secret secret = manifests.all(Secret.class).stream()
                .filter(s -> s.getMetadata().getName().endsWith("-management")).findFirst().orElseThrow();
        URI uri = URI.create(
                "http://%s:%d/actuator/reload".formatted(LocalPod.address(), pod.port("management")));
        assertThat(pod.send(post(uri)).statusCode()).isEqualTo(401);
        String credentials = text(secret, "user") + ":" + text(secret, "password");
        assertThat(pod.send(post(uri).header("Authorization",
                "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(UTF_8)))).statusCode())
                .isEqualTo(200);
    }

    private static HttpRequest.Builder post(URI uri) {
        return HttpRequest.newBuilder(uri).POST(HttpRequest.BodyPublishers.noBody());
    }

    private static String text(Secret secret, String key) {
        return new String(Base64.getDecoder().decode(Objects.requireNonNull(secret.getData().get(key))),
                UTF_8);
    }

    private static boolean accepts(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), 2000);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static String echo(String host, int port) throws IOException {
        try (var socket = new DatagramSocket()) {
            socket.setSoTimeout(10_000);
            byte[] ping = "ping".getBytes(UTF_8);
            socket.send(new DatagramPacket(ping, ping.length, InetAddress.getByName(host), port));
            var answer = new DatagramPacket(new byte[100], 100);
            socket.receive(answer);
            return new String(answer.getData(), 0, answer.getLength(), UTF_8);
        }
    }
}
