package io.headgate.packaging;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HelmChartValuesTest {

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            replicaCount: 3                                               | replicaCount
            service: { prot: 80 }                                         | prot
            image: { tags: v1 }                                           | tags
            replicas: many                                                | replicas
            replicas: -1                                                  | replicas
            service: { type: LoadBalanser }                               | service
            service: { nodePorts: { http: 99999 } }                       | nodePorts
            tls: { web: { secret: web-tls } }                             | secretName
            tls: { Web: { secretName: web-tls } }                         | Web
            livenessProbe: { httpGet: { path: /, port: 1 } }              | httpGet
            podDisruptionBudget: { maxUnavailable: half }                 | maxUnavailable
            image: { digest: sha256:abc }                                 | digest
            sticky: { secret: mine }                                      | secret
            kernel: { enable: true }                                      | enable
            preStop: { exec: { command: [sleep, "5"] } }                  | exec
            preStop: { sleep: { seconds: 5s } }                           | seconds
            metrics: { prometheusRule: { errorRatio: 5 } }                | errorRatio
            metrics: { dashboard: { enable: true } }                      | enable
            config: { headgate: { poools: {} } }                          | poools
            config: { headgate: { pools: { a: { member: [] } } } }        | member
            config: { headgate: { pools: { a: { members: [{ addres: x:1 }] } } } } | addres
            config: { headgate: { pools: { a: { health: { fal: 2 } } } } } | fal
            config: { headgate: { pools: { a: { max-connections: many } } } } | max-connections
            config: { headgate: { pools: { A_b: {} } } }                  | A_b
            config: { headgate: { listeners: { a: { bind: x:1, poool: a } } } } | poool
            config: { headgate: { shutdown: { dely: 1s } } }              | dely
            config: { headgate.listeners.a.bind: 0.0.0.0:1 }              | headgate.listeners.a.bind
            config: { headgate: { shutdown.delay: 1s } }                  | shutdown.delay
            config: { server.port: 8081 }                                 | server.port
            config: { spring: { lifecycle: { timeoutPerShutdownPhase: 1s } } } | timeoutPerShutdownPhase
            config: { headgate: { listeners: { a: { protocol: udp } } } } | bind
            config: { headgate: { listeners: { A_b: { bind: x:1 } } } }   | A_b
            config: { headgate: { listeners: { a: { bind: x:1, protocol: sctp } } } } | protocol
            config: { headgate: { listeners: { a: null } } }              | listeners/a
            config: { headgate: { pools: null } }                         | headgate/pools
            config: { server: null }                                      | config/server
            config: { server: { port: "${PORT}" } }                       | port
            tls: { web: null }                                            | tls/web
            nameOverride: Edge_1                                          | nameOverride
            fullnameOverride: 1st                                         | fullnameOverride
            """)
    void the_schema_refuses_by_name(String values, String named) {
        assertThatThrownBy(() -> HelmChart.render(values)).hasMessageContaining("schema")
                .hasMessageContaining(named);
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(delimiter = '|', quoteCharacter = '"', textBlock = """
            config: { headgate: { listeners: { a: { bind: "0.0.0.0:${PORT}" } } } } | config.headgate.listeners.a.bind: 0.0.0.0:${PORT} (expected: ADDRESS:PORT
            config: { headgate: { listeners: { a: { bind: "0.0.0.0:70000" } } } }   | config.headgate.listeners.a.bind: 0.0.0.0:70000 (expected: a port from 1 to 65535)
            config: { headgate: { listeners: { a: { bind: "0.0.0.0:8080" } } } }    | config.headgate.listeners.a.bind: 0.0.0.0:8080 (expected: a port that server.port does not have)
            config: { headgate: { listeners: { a: { bind: "0.0.0.0:80" } } } }      | service.port: 80 (expected: a port that no listener has; tcp-a has it)
            config: { headgate: { listeners: { a: { bind: "x:7" }, b: { bind: "y:7" } } } } | config.headgate.listeners.b.bind: y:7 (expected: a port that config.headgate.listeners.a does not have)
            config: { management: { server: { port: 8080 } } }                      | config.management.server.port: 8080 (expected: another port than config.server.port
            config: { headgate: { listeners: { a: { bind: "x:7", engine: kernel } } } } | config.headgate.listeners.a.engine: kernel (expected: kernel.enabled: true
            kernel: { enabled: true }                                               | kernel.enabled: true (expected: a listener in config.headgate.listeners with engine: kernel or auto
            config: { headgate: { shutdown: { delay: PT5S } } }                     | config.headgate.shutdown.delay: PT5S (expected: a number with ms, s, m or h
            """)
    void what_the_chart_has_to_read_is_refused_with_the_path_and_what_was_expected(String values,
            String message) {
        assertThatThrownBy(() -> HelmChart.render(values)).hasMessageContaining(message);
    }

    @Test
    void what_the_environment_gives_and_lists_in_one_string_pass() {
        assertThat(HelmChart.render("""
                config:
                  headgate:
                    pools:
                      a: { max-connections: "${MOST}", members: ["a:1"], health: { expect-status: 200-299 } }
                """).objects()).isNotEmpty();
    }

    @Test
    void an_unknown_field_in_a_passed_on_object_is_found_by_these_tests() {
        assertThatThrownBy(() -> HelmChart.render("securityContext: { runAsRoot: true }"))
                .hasMessageContaining("runAsRoot");
        assertThatThrownBy(() -> HelmChart.render("extraEnv: [{ name: A, value: 1 }]"))
                .hasMessageContaining("value");
    }
}
