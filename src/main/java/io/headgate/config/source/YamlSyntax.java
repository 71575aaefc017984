package io.headgate.config.source;

import io.headgate.config.fault.Fault;
import io.headgate.config.fault.InvalidConfigurationException;
import io.headgate.config.fault.YamlProblem;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/**
 * Reads the YAML files before Boot does, because Boot's error does not name the broken file. Boot reports a
 * fault elsewhere, such as in the jar, without the name.
 */
public final class YamlSyntax implements EnvironmentPostProcessor, Ordered {

    @Override
    public void postProcessEnvironment(ConfigurableEnvironment environment, SpringApplication application) {
        check(YamlFiles.of(environment));
    }

    /**
     * Checks all of them.
     *
     * @throws InvalidConfigurationException with a fault for each that is not YAML
     */
    public static void check(Set<Path> files) {
        List<Fault> faults = files.stream().filter(Files::isRegularFile).flatMap(YamlSyntax::fault).toList();
        if (!faults.isEmpty()) {
            throw new InvalidConfigurationException(faults);
        }
    }

    private static Stream<Fault> fault(Path file) {
        try (Reader reader = Files.newBufferedReader(file)) {
            List<Fault> faults = new ArrayList<>();
            new Yaml(new LoaderOptions()).composeAll(reader).forEach(document -> YamlKeys
                    .faults(document, String.valueOf(file.getFileName())).forEach(faults::add));
            return faults.stream();
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark().getLine() + 1;
            int column = e.getProblemMark().getColumn() + 1;
            return Stream.of(new Fault(file.toString(), String.valueOf(e.getProblem()), "YAML",
                    YamlProblem.action(e),
                    file.getFileName() + ":" + line + ":" + column));
        } catch (YAMLException | MalformedInputException e) {
            return Stream.of(new Fault(file.toString(), String.valueOf(e.getMessage()), "YAML, as UTF-8",
                    "Correct the file.", file.getFileName().toString()));
        } catch (IOException e) {
            return Stream.empty(); // Boot reports it
        }
    }

    @Override
    public int getOrder() {
        return ConfigDataEnvironmentPostProcessor.ORDER - 1;
    }
}
