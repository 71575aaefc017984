package io.headgate.l7;

/** The client's request and the route's filters together make a target that cannot be sent to any member. */
public final class BadTargetException extends IllegalArgumentException {

    /** Says what is wrong with it. */
    public BadTargetException(String message) {
        super(message);
    }
}
