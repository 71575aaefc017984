package io.headgate.admin.dashboard;

import io.headgate.admin.access.Endpoints;
import io.headgate.config.reload.InForce;
import io.headgate.config.reload.Reloads;
import io.headgate.l4.Listeners;
import io.headgate.l7.gateway.compile.RouteRefresh;
import io.headgate.l7.port.Port;
import io.headgate.net.EventLoops;
import io.headgate.observe.Certificates;
import io.headgate.observe.RequestMeters;
import io.headgate.pool.Clock;
import io.headgate.pool.Pools;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.boot.info.BuildProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.core.env.Environment;

/**
 * The dashboard's beans. They are only in the context of the management server, so that the L7 port has none
 * of it. Boot imports this class there by {@code META-INF/spring}.
 */
final class DashboardWeb {

    @Bean
    PoolsPanel poolsPanel(Pools pools, @Qualifier("headgate.requestMeters") RequestMeters requests) {
        return new PoolsPanel(pools, requests);
    }

    @Bean(destroyMethod = "close")
    Board board(PoolsPanel pools, @Qualifier("headgate.requestMeters") RequestMeters requests,
            Listeners listeners,
            Port port, InForce inForce, RouteRefresh routes, Certificates certificates, Reloads reloads,
            Happenings happenings, EventLoops loops, Clock clock, Environment environment) {
        RequestRates all = new RequestRates(requests::all);
        ListenersPanel listenersPanel = new ListenersPanel(listeners, port,
                environment.getProperty("server.address", "*") + ":"
                        + environment.getProperty("local.server.port",
                                environment.getProperty("server.port", "")),
                () -> inForce.get().clientLimits().maxConnections(), all);
        SummaryPanel summary = new SummaryPanel(pools::all, all, listenersPanel, reloads, loops, clock);
        TroublesPanel troubles = new TroublesPanel(pools::all);
        RoutesPanel routesPanel = new RoutesPanel(routes::lanes, requests);
        CertificatesPanel certificatesPanel = new CertificatesPanel(certificates, clock);
        HappeningsPanel happeningsPanel = new HappeningsPanel(happenings, reloads);
        Map<String, Table> tables = new LinkedHashMap<>();
        tables.put("summary", summary.table());
        tables.put("troubles", troubles.table());
        tables.put("pools", pools.table());
        tables.put("listeners", listenersPanel.table());
        tables.put("routes", routesPanel.table());
        tables.put("certificates", certificatesPanel.table());
        tables.put("happenings", happeningsPanel.table());
        return new Board(pools, List.of(summary, pools, troubles, listenersPanel, routesPanel,
                certificatesPanel, happeningsPanel), tables, clock);
    }

    @Bean
    PageController dashboardPage(Board board, PoolsPanel pools, Endpoints endpoints, Environment environment,
            ObjectProvider<BuildProperties> build) {
        BuildProperties built = build.getIfAvailable();
        return new PageController(board, pools, new Page(Map.of(
                "host", environment.getProperty("spring.cloud.client.hostname", ""),
                "product", built == null ? "" : String.valueOf(built.getVersion()),
                "root", endpoints.root(), "poolsPath", endpoints.path("pools"), "reloadPath",
                endpoints.path("reload"), "explainPath",
                endpoints.path("explain"),
                "logins", String.join(" ", endpoints.logins()))), new Assets());
    }

    @Bean
    LiveController dashboardLive(Board board) {
        return new LiveController(board);
    }

    @Bean
    SessionController dashboardSession() {
        return new SessionController();
    }
}
