package io.headgate.admin.dashboard;

import io.headgate.it.NeedsTool;
import io.headgate.testing.Pause;
import io.headgate.testing.Ports;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Takes the pictures of docs/dashboard.md: {@code -Ddocs.update=true}. */
@NeedsTool({"chromium", "chromedriver"})
@EnabledIfSystemProperty(named = "docs.update", matches = "true")
class PicturesTest {

    private static final int SECONDS = 60;

    @Test
    void ofASmallGateway() throws Exception {
        int port = Ports.free();
        RawServer mortal = new RawServer(port, RawServer.answering("hello"));
        Random random = new Random(7);
        try (RawServer member = new RawServer(RawServer.answering("hello"));
                RawServer broken = new RawServer(RawServer.SILENT);
                TestGateway gateway = TestGateway
                        .start("""
                                headgate:
                                  pools:
                                    orders:
                                      members:
                                        - { id: orders-1, address: "127.0.0.1:%1$d", zone: eu-1 }
                                        - { id: orders-2, address: "127.0.0.1:%2$d", zone: eu-1 }
                                        - { id: orders-3, address: "127.0.0.1:%1$d", zone: eu-2 }
                                      balance: least-connections
                                      health: { interval: 500ms }
                                    search:
                                      members: [ { id: search-a, address: "127.0.0.1:%1$d", weight: 3 }, { id: search-b, address: "127.0.0.1:%1$d" } ]
                                      health: { interval: 500ms }
                                    reports: { members: [ { id: night, address: "127.0.0.1:%3$d" } ], timeouts: { response: 300ms } }
                                    postgres: { members: [ { id: primary, address: "127.0.0.1:%3$d" }, { id: standby, address: "127.0.0.1:%3$d", backup: true } ] }
                                  listeners:
                                    postgres: { bind: "127.0.0.1:0", pool: postgres, max-connections: 500 }
                                spring.cloud.gateway.server.webflux.routes:
                                  - { id: search, uri: "lb://search", predicates: [ "Path=/search/**" ] }
                                  - { id: reports, uri: "lb://reports", predicates: [ "Path=/reports/**" ], filters: [ { name: CacheRequestBody, args: { bodyClass: java.lang.String } } ] }
                                  - { id: orders, uri: "lb://orders", predicates: [ "Path=/**" ] }
                                """
                                .formatted(member.port(), port, broken.port()));
                Browser browser = new Browser(1440, 1000)) {
            browser.open("http://127.0.0.1:" + gateway.managementPort() + "/");
            for (int i = 0; i < SECONDS * 10; i++) {
                Pause.of(Duration.ofMillis(random.nextInt(150)), "the picture shows a minute");
                for (int j = random.nextInt(4); j >= 0; j--) {
                    gateway.get("/orders/" + i);
                }
                if (i % 2 == 0) {
                    gateway.get("/search/?q=" + i);
                }
                if (i % 40 == 20) {
                    gateway.get("/reports/today");
                }
                if (i == SECONDS * 9) {
                    mortal.close();
                }
                if (i == SECONDS * 8) {
                    gateway.command("/actuator/pools/search/members/search-b",
                            "{\"state\": \"drain\", \"reason\": \"kernel update\"}");
                }
            }
            browser.screenshot(Path.of("docs/images/dashboard.png"));
            browser.dark(true);
            browser.screenshot(Path.of("docs/images/dashboard-dark.png"));
            browser.width(380, 1500);
            browser.screenshot(Path.of("docs/images/dashboard-phone.png"));
        } finally {
            mortal.close();
        }
    }
}
