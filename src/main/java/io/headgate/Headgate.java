package io.headgate;

import io.headgate.config.Check;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the gateway, or only checks its configuration ({@code --check}, {@code --check=json}). */
@SpringBootApplication
public class Headgate {

    public static void main(String[] args) {
        if (Check.isWanted(args)) {
            System.exit(Check.run(Headgate.class, args, System.out));
        }
        SpringApplication.run(Headgate.class, args);
    }
}
