package io.headgate.discovery;

/** Hears how the sources of pools fare. Calls come one after another; a listener must not block. */
public interface SourceListener {

    /**
     * A source of a pool is in use, or has begun or ceased to fail.
     *
     * @param failing whether it has nothing better to say than its last good answer
     */
    void sourceChanged(String pool, SourceSpec source, boolean failing);

    /** The source is no longer one of the pool's. */
    void sourceClosed(String pool, SourceSpec source);
}
