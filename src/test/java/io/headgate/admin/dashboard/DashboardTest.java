package io.headgate.admin.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.it.NeedsTool;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The dashboard in a real browser. */
@NeedsTool({"chromium", "chromedriver"})
class DashboardTest {

    private static final String MARKUP = "<img src=x onerror=\"document.title='broken'\">";

    /** Whether the member of the pool payments fails its checks. */
    private static volatile boolean sick;

    private static RawServer member;
    private static RawServer payments;
    private static TestGateway gateway;
    private static Browser browser;

    @BeforeAll
    static void start() {
        member = new RawServer(RawServer.answering("hello"));
        RawServer.Behaviour well = RawServer.answering("well");
        payments = new RawServer(socket -> {
            if (!sick) {
                well.with(socket);
            }
        });
        gateway = TestGateway.start("""
                headgate:
                  pools:
                    orders:
                      members:
                        - { id: a, address: "127.0.0.1:%d" }
                        - { id: 'b"><b>', address: "127.0.0.1:%d" }
                      health: { check: none }
                    payments:
                      members: [ { id: only, address: "127.0.0.1:%d" } ]
                      health: { check: http, interval: 300ms, fall: 1, rise: 1 }
                  listeners:
                    db: { bind: "127.0.0.1:0", pool: payments }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: all, uri: "lb://orders", predicates: [ "Path=/**" ] }
                """.formatted(member.port(), member.port(), payments.port()));
        browser = new Browser(1280, 900);
    }

    @AfterAll
    static void stop() {
        if (browser != null) {
            browser.close();
        }
        gateway.close();
        member.close();
        payments.close();
    }

    @BeforeEach
    void open() {
        sick = false;
        browser.open("http://127.0.0.1:" + gateway.managementPort() + "/");
        browser.until("is live", "document.getElementById('live').dataset.state === 'on'");
        browser.until("payments is up",
                row("payments", "only") + ".querySelector('.state').dataset.state === 'UP'");
        browser.complaints();
    }

    private static String pool(String pool) {
        return "[...document.querySelectorAll('.pool')].find(p => p.dataset.row === '" + pool + "')";
    }

    private static String row(String pool, String member) {
        return "[..." + pool(pool) + ".querySelectorAll('tbody > tr')].find(m => m.dataset.row === '" + member
                + "')";
    }

    @Test
    void trafficIsShownLiveAndNothingComplains() {
        browser.open("http://127.0.0.1:" + gateway.managementPort() + "/");
        browser.until("is live", "document.getElementById('live').dataset.state === 'on'");
        for (int i = 0; i < 20; i++) {
            assertThat(gateway.get("/x").statusCode()).isEqualTo(200);
        }
        String line = "document.querySelector('.tile hg-spark polyline').getAttribute('points')";
        browser.until("requests are drawn",
                "new Set(" + line + ".split(' ').map(p => p.split(',')[1])).size > 1");
        browser.until("the pool too", pool("orders")
                + ".querySelector('[data-s=rate]').hasAttribute('data-quiet') === false");
        assertThat(browser.text(".headline")).isEqualTo("All members of all pools take work");
        assertThat(browser.run("return " + row("orders", "b\"><b>") + ".querySelector('th').innerText")
                .toString())
                .startsWith("b\"><b>");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void aMemberThatDiesIsShown() {
        sick = true;
        browser.until("the row says so",
                row("payments", "only") + ".querySelector('.state').innerText === 'down'");
        browser.until("and the list of what needs attention",
                "document.querySelector('#troubles li').innerText.includes('payments')");
        browser.until("and the headline", "document.querySelector('.headline').innerText"
                + " === '1 pool has no member that can take work'");
        assertThat(browser.complaints()).isEmpty();
    }

    @Test
    void drainNeedsALogin() {
        browser.run(row("orders", "a") + ".querySelector('button.command').click()");
        assertThat(browser.has("#login-dialog[open]")).isTrue();
        browser.type("#login-form [name=user]", "admin");
        browser.type("#login-form [name=password]", "wrong");
        assertThat(browser.complaints()).isEmpty();
        browser.click("#login-form [type=submit]");
        browser.until("it is refused", "document.getElementById('login-error').innerText.includes('wrong')");
        assertThat(gateway.manage("/actuator/pools/orders").body()).doesNotContain("DRAIN");
        browser.complaints(); // of the answer 401

        browser.element("#login-form [name=password]").clear();
        browser.type("#login-form [name=password]", "secret");
        browser.click("#login-form [type=submit]");
        browser.until("it asks what to do", "document.querySelector('#command-dialog').open");
        browser.click("#command-form [value=drain]");
        browser.type("#command-form [name=reason]", MARKUP);
        browser.click("#command-form [type=submit]");
        browser.until("the member drains", row("orders", "a")
                + ".querySelector('.state').dataset.state === 'DRAINING'");
        assertThat(browser.run("return " + row("orders", "a") + ".querySelector('.cause').innerText"))
                .isEqualTo(MARKUP);
        browser.until("it is in the audit",
                "document.querySelector('#audit li')?.innerText.includes('orders/a')");
        browser.open("http://127.0.0.1:" + gateway.managementPort() + "/");
        browser.until("is live", "document.getElementById('live').dataset.state === 'on'");
        assertThat(browser.run("return document.title").toString()).startsWith("Headgate");
        assertThat(browser.has("img[src=x]")).isFalse();
        assertThat(browser.text("#login")).as("a new page knows nobody").isEqualTo("Log in");
        assertThat(browser.complaints()).isEmpty();
        gateway.command("/actuator/pools/orders/members/a", "{\"state\": \"ready\"}");
    }

    @Test
    void nothingIsCutOffOnAPhone() {
        browser.width(380, 800);
        assertThat(((Number) browser.run("return document.documentElement.scrollWidth")).intValue())
                .isLessThanOrEqualTo(380);
        assertThat(browser
                .run("return [...document.querySelectorAll('main *')].filter(e => e.checkVisibility()"
                        + " && !e.closest('.hidden, thead') && e.getBoundingClientRect().right > 381).map(e => e.outerHTML)")
                .toString())
                .isEqualTo("[]");
        browser.width(1280, 900);
        assertThat(browser.complaints()).isEmpty();
    }
}
