import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Headgate as its image has it, made by the image's own scripts: extracted, with a trained AOT cache. */
record ImageLayout(Path folder) {

    static ImageLayout lay() throws IOException, InterruptedException {
        Path folder = Path.of("bench/work/image").toAbsolutePath();
        Configuration.deleteAll(folder);
        run("src/image/extract.sh", Contender.jar("target", "headgate-*.jar"), folder.toString());
        run("src/image/train.sh", folder.toString());
        return new ImageLayout(folder);
    }

    List<String> command(boolean cache) {
        // The variable is the Dockerfile's.
        List<String> command = new ArrayList<>(List.of("env", "MALLOC_ARENA_MAX=2", Contender.javaCommand(),
                "@" + folder.resolve("jvm.options")));
        if (cache) {
            // "on": a cache that does not fit ends the start instead of going unnoticed.
            command.addAll(List.of("-XX:AOTCache=" + folder.resolve("headgate.aot"), "-XX:AOTMode=on"));
        }
        command.addAll(List.of("-jar", folder.resolve("headgate.jar").toString()));
        return command;
    }

    private static void run(String... command) throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true)
                .redirectOutput(Path.of("bench/work/image.log").toFile());
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        if (builder.start().waitFor() != 0) {
            throw new IOException(command[0] + ": failed; see bench/work/image.log");
        }
    }
}
