package io.headgate.l4.kernel;

/**
 * Why this machine's kernel cannot serve listeners.
 *
 * @param what is missing
 * @param action what to do about it
 */
public record Lack(String what, String action) {

    @Override
    public String toString() {
        return what + ". " + action;
    }
}
