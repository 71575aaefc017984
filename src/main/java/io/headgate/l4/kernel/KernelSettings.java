package io.headgate.l4.kernel;

/**
 * How this process uses the kernel.
 *
 * @param instance names the table: one process at a time has it
 * @param keepsRules whether the rules stay when the process is stopped in order
 */
public record KernelSettings(String instance, boolean keepsRules) {

    String table() {
        return "headgate_" + instance;
    }
}
