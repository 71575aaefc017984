package io.headgate.admin.access;

import org.springframework.security.core.AuthenticationException;

/** It is known who it is, and that is somebody who may not write. */
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
