package io.headgate.l7.gateway.compile;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.classfile.ClassFile;
import java.lang.constant.ClassDesc;
import java.lang.reflect.AccessFlag;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.support.DefaultListableBeanFactory;
import org.springframework.cloud.gateway.filter.headers.RemoveHopByHopHeadersFilter;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.web.filter.reactive.ServerWebExchangeContextFilter;

class GateTest {

    private static final String TRACER = "io.micrometer.tracing.Tracer";

    /** An application whose class path has Micrometer's tracing, which is not on ours. */
    private static final class Tracing extends ClassLoader {

        Tracing() {
            super(GateTest.class.getClassLoader());
        }

        @Override
        protected Class<?> findClass(String name) throws ClassNotFoundException {
            if (!name.equals(TRACER)) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = ClassFile.of().build(ClassDesc.of(TRACER),
                    type -> type.withFlags(AccessFlag.PUBLIC, AccessFlag.INTERFACE, AccessFlag.ABSTRACT));
            return defineClass(name, bytes, 0, bytes.length);
        }
    }

    private final DefaultListableBeanFactory beans = new DefaultListableBeanFactory();
    private final Gate gate = new Gate(beans, new StandardEnvironment(), GatewaySettings.NONE);

    @Test
    void nothingIsInTheWayOfAPlainApplication() {
        assertThat(gate.obstacle()).isEmpty();
        beans.setBeanClassLoader(new Tracing());
        assertThat(gate.obstacle()).as("tracing that is there and not in use").isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"headgate.fast-path.enabled=false",
            "spring.cloud.gateway.server.webflux.httpclient.proxy.host=proxy"})
    void aSettingThatTheFastPathWouldNotKeepSendsEveryRouteToTheSlowLane(String setting) {
        StandardEnvironment environment = new StandardEnvironment();
        String name = setting.substring(0, setting.indexOf('='));
        environment.getPropertySources().addFirst(new MapPropertySource("test",
                Map.of(name, setting.substring(setting.indexOf('=') + 1))));
        assertThat(new Gate(beans, environment, GatewaySettings.NONE).obstacle())
                .hasValueSatisfying(obstacle -> assertThat(obstacle).hasMessageContaining(name));
    }

    @Test
    void headersThatAPropertyLeavesToMembersSendEveryRouteToTheSlowLane() {
        RemoveHopByHopHeadersFilter filter = new RemoveHopByHopHeadersFilter();
        filter.setHeaders(GatewaySettings.HOP_BY_HOP);
        beans.registerSingleton("removeHopByHopHeadersFilter", filter);
        assertThat(gate.obstacle()).isEmpty();
        Set<String> more = new HashSet<>(GatewaySettings.HOP_BY_HOP);
        more.add("x-mine");
        filter.setHeaders(more);
        assertThat(gate.obstacle()).isEmpty();
        filter.setHeaders(Set.of("connection", "x-mine"));
        assertThat(gate.obstacle()).hasValueSatisfying(
                obstacle -> assertThat(obstacle).hasMessageContaining("remove-hop-by-hop.headers"));
    }

    @Test
    void aFilterOfOnesOwnIsAnObstacleUnlessItIsDeclaredToDoNothingForRoutes() {
        beans.registerSingleton("mine", new ServerWebExchangeContextFilter());
        assertThat(gate.obstacle()).hasValueSatisfying(obstacle -> assertThat(obstacle.remedy())
                .contains("headgate.fast-path.unrelated-beans"));
        StandardEnvironment environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new MapPropertySource("test",
                Map.of("headgate.fast-path.unrelated-beans[0]", "mine")));
        assertThat(new Gate(beans, environment, GatewaySettings.NONE).obstacle()).isEmpty();
    }

    @Test
    void aTracerSendsEveryRouteToTheSlowLane() throws ClassNotFoundException {
        Tracing loader = new Tracing();
        beans.setBeanClassLoader(loader);
        beans.registerSingleton("tracer", Proxy.newProxyInstance(loader,
                new Class<?>[]{loader.loadClass(TRACER)}, (proxy, method, arguments) -> switch (method
                        .getName()) {
                    case "hashCode" -> 1;
                    case "toString" -> "a tracer";
                    default -> false;
                }));
        assertThat(gate.obstacle()).hasValueSatisfying(
                obstacle -> assertThat(obstacle).hasMessageContaining("a " + TRACER + " traces every"));
    }
}
