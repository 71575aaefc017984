package io.headgate;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Starts the gateway. */
@SpringBootApplication
public class Headgate {

    public static void main(String[] args) {
        SpringApplication.run(Headgate.class, args);
    }
}
