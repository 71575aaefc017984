package io.headgate.it;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** An nginx of one process that serves HTTP; what it writes stays in its folder. */
final class Nginx {

    private Nginx() {
    }

    /** @param server what stands in its only {@code server} */
    static void write(Path folder, String server) throws IOException {
        Files.writeString(folder.resolve("nginx.conf"), """
                daemon off;
                master_process off;
                pid nginx.pid;
                error_log error.log;
                events { worker_connections 512; }
                http {
                  access_log off;
                  client_body_temp_path body; proxy_temp_path proxy; fastcgi_temp_path fastcgi;
                  uwsgi_temp_path uwsgi; scgi_temp_path scgi;
                  server {
                %s  }
                }
                """.formatted(server.indent(4)));
    }

    static Process start(Path folder) throws IOException {
        return new ProcessBuilder(Tool.path("nginx"), "-p", folder.toString(), "-c", "nginx.conf", "-e",
                "error.log").redirectErrorStream(true).redirectInput(new File("/dev/null"))
                .redirectOutput(folder.resolve("out.log").toFile()).start();
    }
}
