package io.headgate.health;

import io.headgate.net.Shortage;

/**
 * What one check found.
 *
 * @param passed whether the member did what was asked
 * @param ours whether the check failed because Headgate itself lacked something, which says nothing about the
 *            member
 * @param detail in words, for operators
 */
record Finding(boolean passed, boolean ours, String detail) {

    static Finding passed(String detail) {
        return new Finding(true, false, detail);
    }

    static Finding failed(String detail) {
        return new Finding(false, false, detail);
    }

    static Finding failed(Throwable cause) {
        boolean ours = Shortage.isCauseOf(cause);
        if (ours) {
            Shortage.report(cause);
        }
        return new Finding(false, ours, CheckTexts.of(cause));
    }
}
