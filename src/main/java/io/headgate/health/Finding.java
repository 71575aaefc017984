package io.headgate.health;

/**
 * What one check found.
 *
 * @param passed whether the member did what was asked
 * @param detail in words, for operators
 */
record Finding(boolean passed, String detail) {

    static Finding passed(String detail) {
        return new Finding(true, detail);
    }

    static Finding failed(String detail) {
        return new Finding(false, detail);
    }
}
