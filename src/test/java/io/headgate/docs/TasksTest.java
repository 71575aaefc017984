package io.headgate.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.reload.Reload;
import io.headgate.config.reload.ReloadResult;
import io.headgate.it.NeedsTool;
import io.headgate.pool.Pools;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/**
 * Pages about one task: each begins with a configuration, and ends with commands and what they print. Here
 * the configuration is applied and the commands are run. Members answer with the addresses that they have in
 * the page, and those of pools that the page leaves out with the pool's name. Where the page prints
 * {@code ...}, anything may stand.
 */
@NeedsTool({"bash", "curl"})
class TasksTest {

    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
    private static final Pattern MEMBER = Pattern.compile("10\\.0\\.0\\.\\d+:\\d+");
    private static final Pattern BIND = Pattern.compile("bind: \"[0-9.]+:(\\d+)\"");
    private static final Pattern POOL = Pattern.compile("lb://([\\w-]+)");
    private static final Pattern LOCAL = Pattern.compile("localhost:(\\d+)");

    @TempDir
    private static Path folder;
    private static final Map<String, RawServer> SERVERS = new HashMap<>();
    private static Path file = Path.of("");
    private static TestGateway gateway;
    private final Map<String, Integer> ports = new HashMap<>();

    @BeforeAll
    static void start() throws IOException {
        TestAuthority.write(TestAuthority.ours().issue("example.org"), folder, "example.org");
        TestAuthority.write(TestAuthority.ours().issue("*.shops.example.org"), folder, "shops");
        TestAuthority.write(TestAuthority.ours().authority(), folder, "partners-ca");
        Files.writeString(folder.resolve("admins"),
                "ann:" + new BCryptPasswordEncoder(4).encode("secret") + "\n");
        Files.writeString(folder.resolve("keys"),
                "robot:b2cfb5518f033861ee2dd12be0f7c0b95c23d0b8d1f4c32c8a788f77bc8a52be\n");
        file = Files.writeString(folder.resolve("application.yml"), "headgate.pools.none.members: []");
        gateway = TestGateway.start(file, "--server.port=0", "--management.server.port=0",
                "--headgate.reload.watch=false");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        SERVERS.values().forEach(RawServer::close);
    }

    @ParameterizedTest
    @ValueSource(strings = {"authentication", "balancing", "cache", "canary", "checks", "circuit-breakers",
            "from-haproxy",
            "from-nginx", "from-traefik", "https", "layer4", "limits", "maintenance", "members", "overload",
            "rate-limits", "retries"})
    void theConfigurationOfThePageDoesWhatItsCommandsShow(String page) throws Exception {
        String text = Files.readString(Path.of("docs", page + ".md"));
        Files.writeString(file, here(first(YAML, text)));
        assertThat(gateway.bean(Reload.class).now()).isInstanceOf(ReloadResult.Applied.class);
        Awaitility.await().until(
                () -> gateway.bean(Pools.class).all().stream()
                        .allMatch(pool -> pool.settled() && pool.available()));
        String shown = first(CONSOLE, text);
        List<String> commands = shown.lines().filter(line -> line.startsWith("$ ")).toList();
        assertThat(commands).isNotEmpty();
        StringBuilder session = new StringBuilder();
        for (String command : commands) {
            session.append(command).append('\n').append(run(command.substring(2)).stripTrailing())
                    .append('\n');
        }
        assertThat(session).matches(asPattern(shown));
    }

    private static String first(Pattern block, String text) {
        Matcher found = block.matcher(text);
        assertThat(found.find()).as(block.pattern()).isTrue();
        return found.group(1);
    }

    private static Pattern asPattern(String shown) {
        return Pattern.compile(
                List.of(shown.split("\\.\\.\\.", -1)).stream().map(Pattern::quote)
                        .collect(Collectors.joining(".*")));
    }

    /** The page's configuration, with members, files and ports that are here. */
    private String here(String yaml) {
        String here = BIND.matcher(yaml).replaceAll(bind -> "bind: \"127.0.0.1:" + port(bind) + "\"");
        here = MEMBER.matcher(here).replaceAll(member -> server(member.group()).address());
        here = here.replace("/etc/headgate/", folder + "/").replace("/etc/tls/", folder + "/");
        String missing = POOL.matcher(yaml).results().map(pool -> pool.group(1)).distinct()
                .filter(pool -> !declared(yaml, pool))
                .map(pool -> "headgate.pools." + pool + ".members: [ \"" + server(pool).address() + "\" ]\n")
                .collect(Collectors.joining());
        return here + "\n---\n" + missing;
    }

    private static boolean declared(String yaml, String pool) {
        YamlPropertiesFactoryBean properties = new YamlPropertiesFactoryBean();
        properties.setResources(new ByteArrayResource(yaml.getBytes(UTF_8)));
        return Objects.requireNonNull(properties.getObject()).stringPropertyNames().stream()
                .anyMatch(name -> name.startsWith("headgate.pools." + pool + "."));
    }

    private int port(MatchResult bind) {
        return ports.computeIfAbsent(bind.group(1), port -> Ports.free());
    }

    private static RawServer server(String says) {
        return SERVERS.computeIfAbsent(says, text -> new RawServer(socket -> answer(socket, text)));
    }

    private static void answer(Socket socket, String text) throws IOException {
        for (String head = RawServer.head(socket); !head.isEmpty(); head = RawServer.head(socket)) {
            String body = head.startsWith("GET /healthz ") ? "{\"status\":\"UP\"}" : text;
            RawServer.write(socket,
                    "HTTP/1.1 200 OK\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    private String run(String command) throws IOException, InterruptedException {
        String here = LOCAL.matcher(command)
                .replaceAll(local -> "127.0.0.1:" + switch (local.group(1)) {
                    case "8080" -> gateway.port();
                    case "9090" -> gateway.managementPort();
                    default -> port(local);
                }).replace("ops:PASSWORD", "admin:secret");
        Process process = new ProcessBuilder("bash", "-c", here).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return printed;
    }
}
