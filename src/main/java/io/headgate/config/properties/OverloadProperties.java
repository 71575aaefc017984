package io.headgate.config.properties;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When there is more to do than this process can: from a soft mark on, requests of sheddable routes are
 * refused, from a hard one on those of normal routes too, and connections end with their answers. What is
 * under way goes on.
 *
 * @param heapSoft percent of the heap in use after a collection, 1 to 100; 0 for no mark
 * @param heapHard the same
 * @param directMemorySoft percent of the memory for buffers that are taken, 1 to 100; 0 for no mark
 * @param directMemoryHard the same
 * @param descriptorsSoft connected clients, in percent of those for whom there are file descriptors, 1 to
 *            100; 0 for no mark
 * @param descriptorsHard the same
 * @param loopLagSoft how long the slowest event loop takes to begin a task; 0 for no mark
 * @param loopLagHard the same
 */
@ConfigurationProperties("headgate.overload")
public record OverloadProperties(@DefaultValue("85") int heapSoft, @DefaultValue("0") int heapHard,
        @DefaultValue("85") int directMemorySoft, @DefaultValue("0") int directMemoryHard,
        @DefaultValue("85") int descriptorsSoft, @DefaultValue("0") int descriptorsHard,
        @DefaultValue("200ms") Duration loopLagSoft, @DefaultValue("0s") Duration loopLagHard) {}
