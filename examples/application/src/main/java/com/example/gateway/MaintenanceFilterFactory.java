package com.example.gateway;

import io.headgate.filter.Decision;
import io.headgate.filter.Filter;
import io.headgate.filter.FilterFactory;
import io.headgate.filter.Request;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.stereotype.Component;

/** Answers with the text of a file for as long as there is one: {@code Maintenance=maintenance.txt}. */
@Component
public class MaintenanceFilterFactory implements FilterFactory<MaintenanceFilterFactory.Arguments> {

    /** @param file whose text is the answer */
    public record Arguments(Path file) {}

    @Override
    public Class<Arguments> arguments() {
        return Arguments.class;
    }

    @Override
    public Filter create(Arguments arguments) {
        return new Filter() {

            @Override
            public Decision request(Request request) {
                if (!Files.exists(arguments.file())) {
                    return Decision.goOn();
                }
                try {
                    return Decision.answer(503).body("text/plain", Files.readString(arguments.file()));
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }

            /** It reads a file, and so must not run on an event loop. */
            @Override
            public boolean isBlocking() {
                return true;
            }
        };
    }
}
