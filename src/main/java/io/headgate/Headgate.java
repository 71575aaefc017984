package io.headgate;

import io.headgate.admin.AdminConfiguration;
import io.headgate.config.Check;
import io.headgate.config.Parts;
import io.headgate.demo.DemoBackends;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/** Starts the gateway, or only checks its configuration ({@code --check}, {@code --check=json}). */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@Import({AdminConfiguration.class, Parts.class, DemoBackends.class})
public class Headgate {

    public static void main(String[] args) {
        if (Check.isWanted(args)) {
            System.exit(Check.run(Headgate.class, args, System.out));
        }
        SpringApplication.run(Headgate.class, args);
    }
}
