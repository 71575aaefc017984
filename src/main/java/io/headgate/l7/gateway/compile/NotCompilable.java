package io.headgate.l7.gateway.compile;

/** A part of a route that only Spring Cloud Gateway can run. */
final class NotCompilable extends Exception {

    private static final long serialVersionUID = 1L;

    private final String remedy;

    /**
     * Says why.
     *
     * @param reason the obstacle
     * @param remedy what would make the route fast
     */
    NotCompilable(String reason, String remedy) {
        super(reason, null, false, false);
        this.remedy = remedy;
    }

    String reason() {
        return String.valueOf(getMessage());
    }

    String remedy() {
        return remedy;
    }
}
