package io.headgate.observe;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.Lane;
import io.headgate.l7.ServedRequest;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import org.junit.jupiter.api.Test;

class GrpcMetersTest {

    private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
    private final GrpcMeters meters = new GrpcMeters(registry);

    private void call(String target, int status) {
        meters.served(new ServedRequest("c", "POST", target, 200, null, Lane.FAST, null, null, 1, 0, 0, 1,
                null, null, null, null, null, null, status));
    }

    private double calls(String method) {
        var counter = registry.find("headgate.grpc.calls").tags("method", method, "status", "0").counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void whatIsNoMethodTakesNoneOfTheNamesThereAre() {
        for (int i = 0; i < GrpcMeters.MAX_METHODS; i++) {
            call("/shop.Orders/Get?made-up=" + i, 0);
            call("/shop.Orders/Get;" + i, 0);
            call("/shop/" + i + "/Get", 0);
            call("/" + "x".repeat(i) + "/" + "y".repeat(200), 0);
        }
        call("/shop.Orders/Get", -1);
        call("/shop.Orders/Get", 0);
        call("/grpc.health.v1.Health/Check", 0);
        assertThat(calls("shop.Orders/Get")).isEqualTo(1);
        assertThat(calls("grpc.health.v1.Health/Check")).isEqualTo(1);
        assertThat(calls("other")).isEqualTo(4 * GrpcMeters.MAX_METHODS);
        assertThat(registry.getMeters()).hasSize(3);
    }

    @Test
    void thereAreOnlySoManyNames() {
        for (int i = 0; i < 2 * GrpcMeters.MAX_METHODS; i++) {
            call("/shop.Orders/Get" + i, 0);
        }
        assertThat(calls("other")).isEqualTo(GrpcMeters.MAX_METHODS);
    }
}
