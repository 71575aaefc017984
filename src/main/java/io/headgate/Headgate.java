package io.headgate;

import io.headgate.admin.AdminConfiguration;
import io.headgate.config.Check;
import io.headgate.config.CommandLine;
import io.headgate.config.OwnHost;
import io.headgate.config.Parts;
import io.headgate.demo.DemoBackends;
import io.headgate.observe.output.StandardStreams;
import java.nio.file.Path;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.SpringBootConfiguration;
import org.springframework.boot.autoconfigure.AutoConfigurationPackage;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.annotation.Import;

/**
 * Starts the gateway, or only checks its configuration ({@code --check}, {@code --check=json}). Its parts are
 * named, and the package where Boot looks for classes of an application's own (Jackson's mixins) is one with
 * hardly any: a scan would read every class file at each start.
 */
@SpringBootConfiguration(proxyBeanMethods = false)
@EnableAutoConfiguration
@AutoConfigurationPackage(basePackageClasses = DemoBackends.class)
@Import({AdminConfiguration.class, Parts.class, DemoBackends.class})
public class Headgate {

    public static void main(String[] args) {
        CommandLine command = new CommandLine(Path.of(""), System.in, System.out);
        command.run(args).ifPresent(System::exit);
        try {
            Extensions.load();
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(1);
        }
        if (Check.isWanted(args)) {
            System.exit(Check.run(Headgate.class, args, System.out));
        }
        StandardStreams.take();
        OwnHost.in(new SpringApplication(Headgate.class)).run(args);
    }
}
