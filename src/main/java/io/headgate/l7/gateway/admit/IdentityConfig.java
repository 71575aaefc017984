package io.headgate.l7.gateway.admit;

import org.jspecify.annotations.Nullable;

/** Of a filter that finds out who the client is. */
public abstract class IdentityConfig extends AdmissionConfig {

    private @Nullable String userHeader;

    public @Nullable String getUserHeader() {
        return userHeader;
    }

    /** A header that tells the member who it is. */
    public void setUserHeader(String userHeader) {
        if (!userHeader.matches("[A-Za-z0-9-]+")) {
            throw new IllegalArgumentException(
                    "userHeader: " + userHeader + " (expected: letters, digits and hyphens)");
        }
        this.userHeader = userHeader;
    }
}
