package io.headgate.config;

import io.headgate.config.plan.Materials;
import io.headgate.config.plan.Plan;
import io.headgate.config.plan.PlanCompiler;
import io.headgate.config.source.ConfigurationFiles;
import io.headgate.testing.TestGateway;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.springframework.core.env.ConfigurableEnvironment;

/** A started gateway and its file, which tests write anew: what would become of it? */
record WrittenFile(Path path, TestGateway gateway) implements AutoCloseable {

    static WrittenFile in(Path folder) throws IOException {
        Path path = Files.writeString(folder.resolve("application.yml"), "headgate.pools.good.members: []");
        return new WrittenFile(path, TestGateway.start(path, "--server.port=0", "--management.server.port=0",
                "--headgate.reload.watch=false"));
    }

    void write(String yaml) throws IOException {
        Files.writeString(path, yaml);
    }

    /** The plan of what is written; nothing is applied. */
    Plan compiled() {
        ConfigurableEnvironment read = ConfigurationFiles
                .readAgain(gateway.bean(ConfigurableEnvironment.class));
        return PlanCompiler.compile(read, gateway.bean(Materials.class));
    }

    @Override
    public void close() {
        gateway.close();
    }
}
