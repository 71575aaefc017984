package io.headgate;

import io.headgate.pool.Algorithm;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * Runs the micro-benchmarks with JMH's own command line, and counts what they allocate
 * ({@code gc.alloc.rate.norm}: bytes for each call). The algorithms are those that the configuration knows,
 * so that a new one is measured without a word here.
 */
public final class Benchmarks {

    private Benchmarks() {
    }

    public static void main(String[] args) throws Exception {
        CommandLineOptions line = new CommandLineOptions(args);
        if (line.shouldHelp()) {
            line.showHelp();
            return;
        }
        ChainedOptionsBuilder options = new OptionsBuilder().parent(line).addProfiler(GCProfiler.class);
        if (!line.getParameter("algorithm").hasValue()) {
            options.param("algorithm", Algorithm.names().toArray(String[]::new));
        }
        new Runner(options.build()).run();
    }
}
