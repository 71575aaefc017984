package io.headgate.config.properties;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * The rules of listeners that the kernel serves (engine: kernel or auto). Applies from the start on.
 *
 * @param instance a name for this Headgate's table in the kernel, headgate_INSTANCE; each Headgate in one
 *            network name space has its own, and keeps it over restarts, so that it finds its rules again
 * @param onStop remove or keep: whether an orderly stop drains the connections and removes the rules, or
 *            leaves them, so that the kernel goes on until Headgate is started again
 */
@ConfigurationProperties("headgate.kernel")
public record KernelProperties(@DefaultValue("main") String instance,
        @DefaultValue("remove") String onStop) {}
