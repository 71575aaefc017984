package io.headgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.File;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The edges of examples/edge-nginx and examples/edge-haproxy: each program and its twin answer alike. */
@NeedsTool({"nginx", "haproxy"})
@SuppressWarnings("NullAway.Init") // before all tests
class EdgeTwinsTest {

    private static final Pattern ADDRESS = Pattern.compile("127\\.0\\.0\\.1:(\\d+)\\b");
    /** Of the user ops with the password secret. */
    private static final String ADMINS = "ops:$2b$05$sTgwhWpI.j9r6eWcZXYHIeC7qkpFad1ifIhCg9l7yWeN/yw2Zs/Ri\n";
    private static final String LOGIN = "Authorization: Basic b3BzOnNlY3JldA==\r\n";
    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    /** What the files call a member, and where it is. */
    private static final Map<Integer, Integer> MEMBERS = new HashMap<>();

    @TempDir
    private static Path folder;

    @BeforeAll
    static void members() throws IOException {
        Path errors = Files.createDirectories(folder.resolve("errors"));
        Files.writeString(errors.resolve("lost.html"), "<p>lost\n");
        Files.writeString(errors.resolve("sorry.html"), "<p>sorry\n");
        Files.writeString(folder.resolve("sorry.http"),
                "HTTP/1.1 503 Sorry\r\nContent-Type: text/html\r\nContent-Length: 9\r\n\r\n<p>sorry\n");
        Files.writeString(folder.resolve("admins"), ADMINS);
        TestAuthority.write(TestAuthority.ours().authority(), folder, "partners");
        StringBuilder list = new StringBuilder();
        for (String name : List.of("shop", "api", "admin")) {
            TestAuthority.write(TestAuthority.ours().issue(name + ".example.org"), folder, name);
            Files.writeString(folder.resolve(name + ".pem"), Files.readString(folder.resolve(name + ".crt"))
                    + Files.readString(folder.resolve(name + ".key")));
            list.append("%s/%s.pem %s.example.org%n".formatted(folder, name, name));
        }
        Files.writeString(folder.resolve("crt-list"), list);
        for (int port : List.of(9601, 9602, 9603, 9604)) {
            RawServer member = new RawServer(socket -> serve(socket, port));
            OPEN.add(member);
            MEMBERS.put(port, member.port());
        }
        for (int port : List.of(9501, 9502)) {
            RawServer member = new RawServer(socket -> {
                RawServer.write(socket, port + " ");
                RawServer.ECHO.with(socket);
            });
            OPEN.add(member);
            MEMBERS.put(port, member.port());
        }
        DatagramSocket names = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(() -> echo(names));
        OPEN.add(names);
        MEMBERS.put(9553, names.getLocalPort());
        MEMBERS.put(9605, Ports.free());
    }

    @AfterAll
    static void close() throws Exception {
        for (AutoCloseable each : OPEN.reversed()) {
            each.close();
        }
    }

    private static void serve(Socket socket, int name) throws IOException {
        for (String head = RawServer.head(socket); !head.isEmpty(); head = RawServer.head(socket)) {
            String path = head.split(" ", 3)[1];
            String status = path.endsWith("/missing")
                    ? "404 Gone"
                    : path.endsWith("/broken") ? "503 Down" : "200 OK";
            String body = name + " " + head.split(" HTTP", 2)[0] + header(head, "host")
                    + header(head, "x-user")
                    + header(head, "x-forwarded-proto") + header(head, "x-forwarded-for");
            RawServer.write(socket,
                    "HTTP/1.1 " + status + "\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        }
    }

    private static String header(String head, String name) {
        return head.lines().filter(line -> line.toLowerCase(Locale.ROOT).startsWith(name + ":"))
                .map(line -> " " + name + "=" + line.substring(name.length() + 1).strip()).findFirst()
                .orElse("");
    }

    private static void echo(DatagramSocket socket) {
        try {
            while (!socket.isClosed()) {
                DatagramPacket packet = new DatagramPacket(new byte[100], 100);
                socket.receive(packet);
                socket.send(packet);
            }
        } catch (SocketException e) {
            // closed
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** Where one of the two listens, by the ports of the files. */
    private record Edge(Map<Integer, Integer> ports) {

        static Edge free() {
            int first = Ports.free(4);
            return new Edge(Map.of(80, first, 443, first + 1, 5432, first + 2, 5353, first + 3));
        }

        String written(String example) throws IOException {
            String text = Files.readString(Path.of("examples").resolve(example)).replace("/etc/edge",
                    folder.toString());
            Matcher address = ADDRESS.matcher(text);
            return address.replaceAll(found -> {
                int port = Integer.parseInt(found.group(1));
                return "127.0.0.1:" + ports.getOrDefault(port, MEMBERS.getOrDefault(port, port));
            });
        }

        int port(int written) {
            return ports.getOrDefault(written, 0);
        }

        /** What is answered, but for what one of the two must say otherwise. */
        String ask(String host, String path, String headers, boolean certificate) throws IOException {
            try (Wire wire = secured(host, certificate)) {
                String answer = wire
                        .send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nAccept: text/html\r\n"
                                + headers + "\r\n")
                        .message();
                return told(answer);
            }
        }

        String plain(String host, String path) throws IOException {
            try (Wire wire = new Wire(port(80))) {
                return told(wire.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n").message());
            }
        }

        private Wire secured(String host, boolean certificate) throws IOException {
            SSLSocket socket = (SSLSocket) TestAuthority.ours()
                    .context(certificate ? TestAuthority.ours().issue("partner") : null).getSocketFactory()
                    .createSocket(new Socket(InetAddress.getLoopbackAddress(), port(443)), host, port(443),
                            true);
            socket.startHandshake();
            return new Wire(socket);
        }

        private static String told(String answer) {
            String head = answer.substring(0, answer.indexOf("\r\n\r\n"));
            String body = answer.substring(head.length() + 4);
            int status = Integer.parseInt(head.split(" ", 3)[1]);
            return status + header(head, "location").replaceFirst("(//[^/:]*):\\d+", "$1")
                    + header(head, "strict-transport-security")
                    + (header(head, "www-authenticate").isEmpty() ? "" : " asks for a login")
                    + (status == 200 || body.startsWith("<p>") ? " " + body : "");
        }

        String member(String cookie, String path) throws IOException {
            return ask("shop.example.org", path, cookie, false)
                    .replaceAll("^200 \\S*\\s?(?:\\S+=\\S+ )?(96\\d\\d).*", "$1");
        }

        String connect() throws IOException {
            try (Wire wire = new Wire(port(5432))) {
                return wire.send("hello").exactly(10);
            }
        }

        String datagram() throws IOException {
            try (DatagramSocket socket = new DatagramSocket()) {
                socket.setSoTimeout(20_000);
                byte[] question = "name?".getBytes(StandardCharsets.UTF_8);
                socket.send(new DatagramPacket(question, question.length,
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), port(5353))));
                DatagramPacket answer = new DatagramPacket(new byte[100], 100);
                socket.receive(answer);
                return new String(answer.getData(), 0, answer.getLength(), StandardCharsets.UTF_8);
            }
        }
    }

    private static Edge nginx() throws IOException {
        Edge edge = Edge.free();
        String text = edge.written("edge-nginx/nginx.conf")
                .replace("/run/nginx.pid", folder.resolve("nginx.pid").toString())
                .replace("http {",
                        "http { client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;"
                                + " uwsgi_temp_path uwsgi; scgi_temp_path scgi;");
        String modules = Files.exists(Path.of("/usr/lib/nginx/modules/ngx_stream_module.so"))
                ? "load_module /usr/lib/nginx/modules/ngx_stream_module.so;\n"
                : "";
        Path file = Files.writeString(folder.resolve("nginx.conf"), modules + text);
        run(edge, "nginx", "-p", folder.toString(), "-c", file.toString(), "-e", "error.log", "-g",
                "daemon off; master_process off;");
        return edge;
    }

    private static Edge haproxy() throws IOException {
        Edge edge = Edge.free();
        Path file = Files.writeString(folder.resolve("haproxy.cfg"),
                edge.written("edge-haproxy/haproxy.cfg"));
        run(edge, "haproxy", "-db", "-f", file.toString());
        return edge;
    }

    private static void run(Edge edge, String tool, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(Tool.path(tool)));
        command.addAll(List.of(arguments));
        Path output = folder.resolve(tool + ".log");
        Process process = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectInput(new File("/dev/null"))
                .redirectOutput(output.toFile()).start();
        OPEN.add(process::destroyForcibly);
        await().atMost(Duration.ofSeconds(30)).until(() -> {
            assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
            return Service.listens(edge.port(443));
        });
    }

    private static Edge headgate(String example) throws IOException {
        Edge edge = Edge.free();
        OPEN.add(TestGateway.start(edge.written(example + "/application.yml"), "--CERTIFICATES=" + folder));
        return edge;
    }

    @ParameterizedTest
    @ValueSource(strings = {"edge-nginx", "edge-haproxy"})
    void bothAnswerAlike(String example) throws IOException {
        boolean isNginx = example.equals("edge-nginx");
        Edge theirs = isNginx ? nginx() : haproxy();
        Edge ours = headgate(example);
        String shop = "shop.example.org";
        await().atMost(Duration.ofSeconds(60)).until(() -> theirs.ask(shop, "/", "", false).startsWith("200")
                && ours.ask(shop, "/", "", false).startsWith("200")
                && theirs.ask("admin.example.org", "/", LOGIN, false).startsWith("200")
                && ours.ask("admin.example.org", "/", LOGIN, false).startsWith("200"));

        List<String> answers = new ArrayList<>();
        for (Edge edge : List.of(theirs, ours)) {
            StringBuilder all = new StringBuilder();
            all.append("\nredirect ").append(edge.plain(shop, "/a?b=c"));
            all.append("\nlost ").append(edge.ask(shop, "/missing", "", false));
            all.append("\nbroken ").append(
                    isNginx ? edge.ask(shop, "/broken", "", false) : edge.ask(shop, "/reports/1", "", false));
            all.append("\napi ").append(edge.ask("api.example.org", "/orders?x=1", "", false));
            all.append("\nerror ").append(edge.ask("api.example.org", "/missing", "", false));
            all.append("\nv1 ").append(edge.ask("api.example.org", "/v1/orders", "", false));
            all.append("\nstranger ").append(edge.ask("api.example.org", "/partners/a", "", false));
            all.append("\npartner ").append(edge.ask("api.example.org", "/partners/a", "", true));
            all.append("\nnobody ").append(edge.ask("admin.example.org", "/", "", false));
            all.append("\nwrong ").append(
                    edge.ask("admin.example.org", "/", "Authorization: Basic b3BzOndyb25n\r\n", false));
            all.append("\nforged ").append(
                    edge.ask("admin.example.org", "/x", LOGIN + (isNginx ? "X-User: root\r\n" : ""), false));
            for (int i = 0; i < 4; i++) {
                all.append("\nlogin ").append(edge.ask(shop, "/login", "", false).substring(0, 3));
            }
            all.append("\ndatabase ").append(edge.connect());
            if (isNginx) {
                all.append("\nnames ").append(edge.datagram());
            }
            answers.add(all.toString());
        }
        assertThat(answers.get(1)).isEqualTo(answers.get(0));
        assertThat(answers.get(0)).contains("redirect 308 location=https://shop.example.org/a?b=c",
                "lost 404", "<p>lost", "broken 503", "<p>sorry", "stranger 403", "partner 200", "nobody 401",
                "login 429", "database 9501 hello");
        for (Edge edge : List.of(theirs, ours)) {
            sticksTo(edge, isNginx);
        }
    }

    private static void sticksTo(Edge edge, boolean isNginx) throws IOException {
        String cookie = "Cookie: session=alice\r\n";
        if (!isNginx) {
            try (Wire wire = edge.secured("shop.example.org", false)) {
                String answer = wire.send("GET / HTTP/1.1\r\nHost: shop.example.org\r\n\r\n").message();
                cookie = "Cookie: "
                        + header(answer, "set-cookie").strip().replaceAll("^set-cookie=([^;]*).*", "$1")
                        + "\r\n";
            }
        }
        String member = edge.member(cookie, "/");
        assertThat(member).startsWith("960");
        for (int i = 0; i < 6; i++) {
            assertThat(edge.member(cookie, "/" + i)).isEqualTo(member);
        }
    }
}
