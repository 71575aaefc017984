package io.headgate.config;

import io.headgate.config.lifecycle.Layer4;
import io.headgate.config.lifecycle.ShutdownLimits;
import io.headgate.config.plan.Plan;
import io.headgate.config.properties.KernelProperties;
import io.headgate.l4.ConnectionListener;
import io.headgate.l4.ConnectionTable;
import io.headgate.l4.Listeners;
import io.headgate.l4.kernel.KernelEngine;
import io.headgate.l4.kernel.KernelSettings;
import io.headgate.l7.port.HttpListeners;
import io.headgate.net.EventLoops;
import io.headgate.net.Names;
import io.headgate.pool.Clock;
import io.headgate.pool.Pools;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Layer 4: the listeners and their connections. */
@Configuration(proxyBeanMethods = false)
class Layer4Configuration {

    @Bean
    ConnectionTable connectionTable() {
        return new ConnectionTable();
    }

    @Bean(destroyMethod = "close")
    KernelEngine kernelEngine(Plan plan, Pools pools, EventLoops loops, Clock clock) {
        KernelProperties kernel = plan.properties().kernel();
        return new KernelEngine(new KernelSettings(kernel.instance(), kernel.onStop().equals("keep")), pools,
                loops, clock);
    }

    @Bean
    Listeners listeners(EventLoops loops, Names names, Pools pools, Clock clock, ConnectionTable table,
            ConnectionListener connections, HttpListeners http, KernelEngine kernel) {
        return new Listeners(loops, names, pools, clock, table, connections, new Layer7OfListeners(http),
                kernel);
    }

    @Bean
    Layer4 layer4(Listeners listeners, HttpListeners http, ShutdownLimits limits) {
        return new Layer4(listeners, http, limits);
    }
}
