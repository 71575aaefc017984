package io.headgate.admin.access;

import org.springframework.security.core.AuthenticationException;

/** A token that is not valid, and why. */
final class BadToken extends AuthenticationException {

    private static final long serialVersionUID = 1;

    BadToken(String message) {
        super(message);
    }

    @Override
    public String getMessage() {
        return String.valueOf(super.getMessage());
    }
}
