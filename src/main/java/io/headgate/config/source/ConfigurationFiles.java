package io.headgate.config.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.PropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.io.DefaultResourceLoader;

/**
 * The files that a configuration is read from. Boot names what it reads from them "Config resource 'file
 * [PATH]' via location ...": this distinguishes them from the command line, the variables and so on.
 */
public final class ConfigurationFiles {

    private static final Pattern FILE = Pattern.compile("Config resource 'file \\[(.+?)]'.*");
    private static final String ATTACHED = "configurationProperties";

    private ConfigurationFiles() {
    }

    /** Reads all files again, apart from the environment that runs; its other sources are shared. */
    public static ConfigurableEnvironment readAgain(ConfigurableEnvironment running) {
        StandardEnvironment next = new StandardEnvironment();
        next.getPropertySources().stream().map(PropertySource::getName).toList()
                .forEach(next.getPropertySources()::remove);
        for (PropertySource<?> source : running.getPropertySources()) {
            if (!isRead(source) && !source.getName().equals(ATTACHED)) {
                next.getPropertySources().addLast(source);
            }
        }
        ConfigDataEnvironmentPostProcessor.applyTo(next, new DefaultResourceLoader(), null);
        return next;
    }

    public static boolean isRead(PropertySource<?> source) {
        return source.getName().startsWith("Config resource '")
                || source.getName().startsWith("Config tree '");
    }

    public static Set<Path> of(ConfigurableEnvironment environment) {
        Set<Path> files = new LinkedHashSet<>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            Matcher name = FILE.matcher(source.getName());
            if (name.matches()) {
                files.add(Path.of(name.group(1)).toAbsolutePath().normalize());
            }
        }
        return files;
    }

    /** The current contents of the files; symbolic links are followed. */
    public static Map<Path, String> contents(Set<Path> files) {
        Map<Path, String> contents = new LinkedHashMap<>();
        for (Path file : files) {
            contents.put(file, content(file));
        }
        return contents;
    }

    private static String content(Path file) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
        } catch (IOException e) {
            return "unreadable";
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
