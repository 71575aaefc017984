package com.example.gateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.headgate.testkit.FakeMember;
import io.headgate.testkit.TestedGateway;
import java.io.UncheckedIOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** The gateway with its own configuration, and with members that fail. */
class GatewayTest {

    @Test
    void tenantsAreServedAndFailuresHaveTheirStatus() {
        try (FakeMember gone = FakeMember.refusing();
                FakeMember orders = new FakeMember();
                TestedGateway gateway = TestedGateway.of(GatewayApplication.class)
                        .members("orders", gone, orders)
                        .property("headgate.pools.orders.timeouts.response", "500ms").start()) {

            orders.answers(200, "order 1 of 3");
            HttpResponse<String> answer = gateway.get("/orders/1", "X-Tenant", "acme");
            assertEquals("order # of #", answer.body());
            assertEquals("acme", answer.headers().firstValue("X-Served-For").orElse(""));
            assertTrue(TestedGateway.isFast(answer));
            assertTrue(orders.requests().getFirst().startsWith("GET /acme/orders/1 HTTP/1.1"));

            assertEquals(403, gateway.get("/orders/1", "X-Tenant", "nobody").statusCode());
            assertEquals(1, orders.requests().size());

            orders.answers(503, "busy");
            assertEquals(503, gateway.get("/orders/1", "X-Tenant", "acme").statusCode());
            orders.hangs();
            assertEquals(504, gateway.get("/orders/1", "X-Tenant", "acme").statusCode());
            orders.resets();
            assertEquals(502, gateway.get("/orders/1", "X-Tenant", "acme").statusCode());
            orders.breaksOff();
            assertThrows(UncheckedIOException.class, () -> gateway.get("/orders/1", "X-Tenant", "acme"));
        }
    }
}
