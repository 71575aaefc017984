package io.headgate.demo;

import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.event.ApplicationReadyEvent;
import org.springframework.context.SmartLifecycle;
import org.springframework.context.annotation.Profile;
import org.springframework.context.event.EventListener;
import org.springframework.core.env.Environment;
import reactor.netty.DisposableServer;
import reactor.netty.tcp.TcpServer;

/**
 * Three HTTP backends on ports 9101 to 9103 and a TCP echo service on 9104, all on loopback; the property
 * {@code demo.first-port} moves all four.
 */
@Profile("demo")
public final class DemoBackends implements SmartLifecycle {

    private static final Logger LOG = LoggerFactory.getLogger(DemoBackends.class);
    private final Environment environment;
    private final int firstPort;
    private final List<DisposableServer> servers = new ArrayList<>();

    DemoBackends(Environment environment) {
        this.environment = environment;
        this.firstPort = environment.getProperty("demo.first-port", Integer.class, 9101);
    }

    @Override
    public void start() {
        for (int i = 0; i < 3; i++) {
            servers.add(DemoBackend.start("demo-" + (i + 1), firstPort + i));
        }
        servers.add(TcpServer.create().host("127.0.0.1").port(firstPort + 3)
                .handle((in, out) -> out.send(in.receive().retain())).bindNow());
    }

    @Override
    public void stop() {
        servers.forEach(DisposableServer::disposeNow);
        servers.clear();
    }

    @Override
    public boolean isRunning() {
        return !servers.isEmpty();
    }

    /** Before the pools are checked for the first time. */
    @Override
    public int getPhase() {
        return -1;
    }

    @EventListener(ApplicationReadyEvent.class)
    void sayWhatToTry() {
        LOG.info(
                """
                        The demo runs. Try, in another terminal:

                          curl localhost:{}/hello                 # again and again: demo-1, demo-2, demo-3 answer in turn
                          curl -X POST localhost:{}/sick         # demo-2 fails its checks: out after two
                          curl -s localhost:{}/actuator/pools     # ... as you see here
                          curl -X POST localhost:{}/well         # and back after two successes
                          curl -sm1 telnet://{} <<< hi  # a TCP listener over the echo service
                        """,
                environment.getProperty("local.server.port"), firstPort + 1,
                environment.getProperty("local.management.port"), firstPort + 1,
                environment.getProperty("headgate.listeners.echo.bind", "localhost:6000"));
    }
}
