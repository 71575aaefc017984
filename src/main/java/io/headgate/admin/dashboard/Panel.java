package io.headgate.admin.dashboard;

/** A part of the dashboard. Called by the dashboard's thread alone. */
interface Panel {

    /**
     * A second has passed: counts for the histories, which are there before anybody looks.
     *
     * @param seconds how long it was really
     */
    default void count(double seconds) {
    }

    /** Somebody looks: brings the texts up to date. */
    void show(long version);
}
