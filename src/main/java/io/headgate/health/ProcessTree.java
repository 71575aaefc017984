package io.headgate.health;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A process and everything that it has started. A descendant whose parent has ended is no longer in the tree.
 * It is found by a mark in its environment, if the system shows that (Linux).
 */
record ProcessTree(Process root, String mark) {

    /** The variable that holds the mark. */
    static final String MARK = "HEADGATE_CHECK";

    /** Processes may start others while they are being killed. */
    private static final int ROUNDS = 5;

    /** Kills all of it, and waits until the root is gone. */
    void kill() {
        for (int round = 0; round < ROUNDS; round++) {
            List<ProcessHandle> found = Stream.concat(root.descendants(), marked()).toList();
            found.forEach(ProcessHandle::destroyForcibly);
            root.destroyForcibly();
            if (found.isEmpty()) {
                break;
            }
        }
        root.onExit().join();
    }

    private Stream<ProcessHandle> marked() {
        String entry = MARK + "=" + mark;
        return ProcessHandle.allProcesses().filter(process -> environment(process.pid()).contains(entry));
    }

    /** Empty if the process belongs to another user or is gone. */
    private static String environment(long pid) {
        try {
            return Files.readString(Path.of("/proc", Long.toString(pid), "environ"),
                    StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            return "";
        }
    }
}
