package io.headgate.config;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.util.Comparator;
import java.util.Map;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.support.EnvironmentPostProcessorApplicationListener;
import org.springframework.boot.support.EnvironmentPostProcessorsFactory;
import org.springframework.cloud.client.HostInfoEnvironmentPostProcessor;
import org.springframework.cloud.commons.util.InetUtils;
import org.springframework.cloud.commons.util.InetUtilsProperties;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.MapPropertySource;

/**
 * The machine's address and name without asking DNS. Spring Cloud resolves the machine's own name several
 * times at each start, which takes ten seconds each time if no name server answers. A gateway has to start
 * even then.
 */
public final class OwnHost {

    private OwnHost() {
    }

    /** Makes an application's environment name the machine in this way. */
    public static SpringApplication in(SpringApplication application) {
        EnvironmentPostProcessorsFactory all = EnvironmentPostProcessorsFactory
                .fromSpringFactories(application.getClassLoader());
        application.setListeners(application.getListeners().stream()
                .map(listener -> listener instanceof EnvironmentPostProcessorApplicationListener
                        ? EnvironmentPostProcessorApplicationListener
                                .with((logs, context) -> all.getEnvironmentPostProcessors(logs, context)
                                        .stream().map(OwnHost::quick).toList())
                        : listener)
                .toList());
        return application;
    }

    private static EnvironmentPostProcessor quick(EnvironmentPostProcessor processor) {
        return processor instanceof HostInfoEnvironmentPostProcessor ? OwnHost::name : processor;
    }

    private static void name(ConfigurableEnvironment environment, SpringApplication application) {
        try (InetUtils utils = utils(new InetUtilsProperties())) {
            InetUtils.HostInfo host = utils.findFirstNonLoopbackHostInfo();
            environment.getPropertySources()
                    .addLast(new MapPropertySource("springCloudClientHostInfo",
                            Map.of("spring.cloud.client.hostname", host.getHostname(),
                                    "spring.cloud.client.ip-address", host.getIpAddress())));
        }
    }

    /** The bean that Spring Cloud's discovery asks for the machine's address. */
    static InetUtils utils(InetUtilsProperties properties) {
        return new InetUtils(properties) {
            @Override
            public InetAddress findFirstNonLoopbackAddress() {
                return address();
            }

            @Override
            public HostInfo convertAddress(InetAddress address) {
                HostInfo host = new HostInfo(address.getHostAddress());
                host.setIpAddress(address.getHostAddress());
                return host;
            }
        };
    }

    /** The first IPv4 address of the first interface that is up and is not loopback. */
    private static InetAddress address() {
        try {
            return NetworkInterface.networkInterfaces().filter(OwnHost::isUp)
                    .sorted(Comparator.comparingInt(NetworkInterface::getIndex))
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                    .findFirst().orElseGet(InetAddress::getLoopbackAddress);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isUp(NetworkInterface network) {
        try {
            return network.isUp();
        } catch (IOException e) {
            return false;
        }
    }
}
