package io.headgate.admin.access;

import org.springframework.security.core.AuthenticationException;

/** The user is known, but may not write. */
final class NotAllowed extends AuthenticationException {

    private static final long serialVersionUID = 1;

    private final String who;

    NotAllowed(String who, String message) {
        super(message);
        this.who = who;
    }

    String who() {
        return who;
    }
}
