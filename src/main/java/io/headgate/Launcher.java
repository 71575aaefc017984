package io.headgate;

/**
 * The main class of the jar. It alone is compiled for Java 17, the least that Boot's own launcher starts
 * with, so that an older Java than Headgate needs says so in one line. It may use nothing that is newer.
 */
public final class Launcher {

    private static final int NEEDED = 25;

    private Launcher() {
    }

    public static void main(String[] args) {
        if (Runtime.version().feature() < NEEDED) {
            System.err
                    .println("Headgate needs Java " + NEEDED + "; this is Java " + Runtime.version() + " in "
                            + System.getProperty("java.home") + ". Start it with the java of a JDK " + NEEDED
                            + ": JAVA_HOME/bin/java @jvm.options -jar headgate.jar");
            System.exit(1);
        }
        Headgate.main(args);
    }
}
