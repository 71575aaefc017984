package io.headgate.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Volume;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InterfaceAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The rendered pod without a cluster: the packaged jar as a process that has the container's environment and
 * nothing else of ours, its volumes as folders, and this machine's own address for the pod's.
 */
final class LocalPod implements AutoCloseable {

    /** What Secrets hold that the chart does not make. */
    private static final String FOREIGN = "of-the-users";

    private final Manifests manifests;
    private final Path root;
    private final TlsSecret tls;
    private final Relocation relocation;
    private final HttpClient client;
    private final Path log;
    private final Process process;

    private LocalPod(Manifests manifests, Path root) throws IOException {
        this.manifests = manifests;
        this.root = root;
        tls = TlsSecret.make(address());
        relocation = new Relocation(manifests.configuration(), root, tls);
        client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).sslContext(tls.context())
                .build();
        log = root.resolve("log");
        for (var mount : manifests.headgate().getVolumeMounts()) {
            fill(volume(mount.getName()), Files.createDirectories(inside(mount.getMountPath())));
        }
        process = start();
    }

    static LocalPod start(Manifests manifests, Path folder) throws IOException {
        return new LocalPod(manifests, folder);
    }

    private Process start() throws IOException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("@" + Path.of("jvm.options").toAbsolutePath());
        command.add("-XX:TieredStopAtLevel=1"); // it lives for seconds: the second compiler never pays off
        command.add("-jar");
        command.add(Objects.requireNonNull(System.getProperty("packaged.jar"),
                "packaged.jar: null (expected: a path)"));
        command.addAll(manifests.headgate().getArgs());
        var builder = new ProcessBuilder(command).directory(inside("/etc/headgate").toFile())
                .redirectErrorStream(true).redirectInput(new File("/dev/null"))
                .redirectOutput(log.toFile());
        builder.environment().clear();
        builder.environment().putAll(environment());
        return builder.start();
    }

    private Path inside(String path) {
        return root.resolve(path.substring(1));
    }

    private Volume volume(String name) {
        return manifests.pod().getVolumes().stream().filter(v -> v.getName().equals(name)).findFirst()
                .orElseThrow();
    }

    private void fill(Volume volume, Path folder) throws IOException {
        if (volume.getSecret() != null) {
            for (var file : tls.files().entrySet()) {
                Files.writeString(folder.resolve(file.getKey()), file.getValue());
            }
        } else if (volume.getConfigMap() != null) {
            ConfigMap map = manifests.named(ConfigMap.class, volume.getConfigMap().getName());
            assertThat(map.getData()).containsOnlyKeys("application.yml");
            Files.writeString(folder.resolve("application.yml"), relocation.yaml());
        }
    }

    Map<String, String> environment() {
        Map<String, String> values = new HashMap<>();
        manifests.headgate().getEnv().forEach(variable -> values.put(variable.getName(), value(variable)));
        return values;
    }

    private String value(EnvVar variable) {
        if (variable.getValueFrom() == null) {
            return variable.getValue();
        }
        if (variable.getValueFrom().getFieldRef() != null) {
            assertThat(variable.getValueFrom().getFieldRef().getFieldPath()).isEqualTo("status.podIP");
            return address();
        }
        var key = variable.getValueFrom().getSecretKeyRef();
        return manifests.all(Secret.class).stream()
                .filter(secret -> secret.getMetadata().getName().equals(key.getName())).findFirst()
                .map(secret -> new String(Base64.getDecoder().decode(Objects.requireNonNull(secret.getData()
                        .get(key.getKey()))), UTF_8))
                .orElse(FOREIGN);
    }

    /** The pod's: of this machine, and not loopback; where it has no other, the second one of loopback. */
    static String address() {
        try {
            return NetworkInterface.networkInterfaces()
                    .flatMap(i -> i.getInterfaceAddresses().stream()).map(InterfaceAddress::getAddress)
                    .filter(a -> a instanceof Inet4Address && !a.isLoopbackAddress())
                    .map(InetAddress::getHostAddress).findFirst().orElse("127.0.0.2");
        } catch (SocketException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Where the port of this name of the container is on this machine. */
    int port(String name) {
        return manifests.headgate().getPorts().stream().filter(p -> name.equals(p.getName())).findFirst()
                .map(p -> port(p.getProtocol(), p.getContainerPort())).orElseThrow();
    }

    int port(String transport, int ofPod) {
        return relocation.port(transport, ofPod);
    }

    List<Relocation.Listener> listeners() {
        return relocation.listeners();
    }

    TlsSecret tls() {
        return tls;
    }

    /** As the node asks: its status, 0 where nobody answers. */
    int probe(Probe probe) {
        var get = probe.getHttpGet();
        URI uri = URI.create("%s://%s:%d%s".formatted(get.getScheme().toLowerCase(Locale.ROOT),
                address(), port(get.getPort().getStrVal()), get.getPath()));
        try {
            return send(HttpRequest.newBuilder(uri)).statusCode();
        } catch (UncheckedIOException e) {
            return 0;
        }
    }

    /** Until the rendered probes are content, for no longer than they are patient. */
    void awaitReady() {
        var container = manifests.headgate();
        Probe startup = container.getStartupProbe();
        await().atMost(Duration.ofSeconds((long) startup.getFailureThreshold() * startup.getPeriodSeconds()))
                .until(() -> !process.isAlive() || probe(startup) == 200);
        assertThat(process.isAlive()).as(this::log).isTrue();
        await().atMost(Duration.ofSeconds(30)).until(this::ready);
        assertThat(probe(container.getLivenessProbe())).isEqualTo(200);
    }

    boolean ready() {
        return probe(manifests.headgate().getReadinessProbe()) == 200;
    }

    HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return client.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    String log() {
        try {
            return Files.readString(log);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Sends SIGTERM, as the node does; the exit status, or a failure where the pod would have been killed.
     */
    CompletableFuture<Integer> terminate(Duration grace) {
        CompletableFuture<Integer> status = process.onExit().thenApply(Process::exitValue)
                .orTimeout(grace.toMillis(), TimeUnit.MILLISECONDS);
        process.destroy();
        return status;
    }

    @Override
    public void close() throws IOException {
        process.destroyForcibly();
        process.onExit().join();
        client.close();
        relocation.close();
    }
}
