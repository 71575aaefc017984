package io.headgate.l7.fast;

import io.netty.channel.ChannelException;
import java.io.IOException;
import java.util.Random;
import org.springframework.cloud.gateway.config.HttpClientCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** The slow lane's connections to members fail as {@link FaultySockets} do. */
@Configuration(proxyBeanMethods = false)
public class FaultyClients {

    @Bean
    HttpClientCustomizer faultyConnections() {
        Random random = new Random(7);
        return client -> client.doOnChannelInit((observer, channel, remote) -> {
            synchronized (random) { // several event loops make them
                int what = random.nextInt(100);
                if (what < 10) {
                    throw new ChannelException("Unable to create Channel",
                            new IOException("Too many open files"));
                }
                FaultySockets.spoil(channel.pipeline(), what, random);
            }
        });
    }
}
