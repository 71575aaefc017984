package io.headgate.l7.gateway.admit;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the filters that decide who may come in have in common. */
public abstract class AdmissionConfig {

    private @Nullable String file;

    public @Nullable String getFile() {
        return file;
    }

    public void setFile(String file) {
        this.file = file;
    }

    /** Of two that are equal in this, one rule serves. */
    abstract List<Object> key();
}
