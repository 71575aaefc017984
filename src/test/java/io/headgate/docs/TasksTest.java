package io.headgate.docs;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.config.reload.Reload;
import io.headgate.config.reload.ReloadResult;
import io.headgate.it.NeedsTool;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Pages about one task: each begins with a configuration, and ends with commands and what they print. Here
 * the configuration is applied and the commands are run. Members answer with the addresses that they have in
 * the page.
 */
@NeedsTool({"bash", "curl"})
class TasksTest {

    private static final Pattern YAML = Pattern.compile("```yaml\n(.*?)```", Pattern.DOTALL);
    private static final Pattern CONSOLE = Pattern.compile("```console\n(.*?)```", Pattern.DOTALL);
    private static final List<String> MEMBERS = List.of("10.0.0.11:8080", "10.0.0.12:8080");

    @TempDir
    private static Path folder;
    private static final List<RawServer> SERVERS = new ArrayList<>();
    private static Path file = Path.of("");
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws IOException {
        MEMBERS.forEach(member -> SERVERS.add(new RawServer(RawServer.answering(member))));
        file = Files.writeString(folder.resolve("application.yml"), "headgate.pools.none.members: []");
        gateway = TestGateway.start(file, "--server.port=0", "--management.server.port=0",
                "--headgate.reload.watch=false");
    }

    @AfterAll
    static void stop() throws IOException {
        gateway.close();
        for (RawServer server : SERVERS) {
            server.close();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"canary", "maintenance", "from-haproxy", "from-nginx", "from-traefik"})
    void theConfigurationOfThePageDoesWhatItsCommandsShow(String page) throws Exception {
        String text = Files.readString(Path.of("docs", page + ".md"));
        Files.writeString(file, here(first(YAML, text)));
        assertThat(gateway.bean(Reload.class).now()).isInstanceOf(ReloadResult.Applied.class);
        String shown = first(CONSOLE, text);
        List<String> commands = shown.lines().filter(line -> line.startsWith("$ ")).toList();
        assertThat(commands).isNotEmpty();
        StringBuilder session = new StringBuilder();
        for (String command : commands) {
            session.append(command).append('\n').append(run(command.substring(2)).stripTrailing())
                    .append('\n');
        }
        assertThat(session).hasToString(shown);
    }

    private static String first(Pattern block, String text) {
        Matcher found = block.matcher(text);
        assertThat(found.find()).as(block.pattern()).isTrue();
        return found.group(1);
    }

    private static String here(String yaml) {
        String here = yaml.replaceAll("0\\.0\\.0\\.0:\\d+", "127.0.0.1:" + Ports.free());
        for (int i = 0; i < MEMBERS.size(); i++) {
            here = here.replace(MEMBERS.get(i), SERVERS.get(i).address());
        }
        return here;
    }

    private static String run(String command) throws IOException, InterruptedException {
        String here = command.replace("localhost:8080", "127.0.0.1:" + gateway.port())
                .replace("localhost:9090", "127.0.0.1:" + gateway.managementPort())
                .replace("ops:PASSWORD", "admin:secret");
        Process process = new ProcessBuilder("bash", "-c", here).redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), UTF_8);
        process.waitFor();
        return printed;
    }
}
