package io.headgate.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.WebApplicationType;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Configuration;

class OwnHostTest {

    @Configuration(proxyBeanMethods = false)
    static class Empty {}

    /**
     * A name could only have come from DNS; Spring Cloud's own answer is one, or localhost where there is
     * none.
     */
    @Test
    void theEnvironmentNamesTheMachineByItsAddress() {
        SpringApplication application = OwnHost.in(new SpringApplication(Empty.class));
        application.setWebApplicationType(WebApplicationType.NONE);
        try (ConfigurableApplicationContext context = application.run("--spring.main.banner-mode=off")) {
            String address = context.getEnvironment().getRequiredProperty("spring.cloud.client.ip-address");
            assertThat(InetAddress.ofLiteral(address).getHostAddress()).isEqualTo(address);
            assertThat(context.getEnvironment().getProperty("spring.cloud.client.hostname"))
                    .isEqualTo(address);
        }
    }

    @Test
    void discoveryNamesTheMachineByItsAddress() {
        try (InetUtils utils = OwnHost.utils(new InetUtilsProperties())) {
            InetUtils.HostInfo host = utils.findFirstNonLoopbackHostInfo();
            assertThat(host.getHostname()).isEqualTo(host.getIpAddress());
        }
    }
}
