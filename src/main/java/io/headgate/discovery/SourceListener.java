package io.headgate.discovery;

/**
 * Is notified when a source of a pool begins or ceases to fail. Calls come one after another; a listener must
 * not block.
 */
public interface SourceListener {

    /**
     * A source of a pool is in use, or has begun or ceased to fail.
     *
     * @param failing whether its last good answer still stands because a newer one failed
     */
    void sourceChanged(String pool, SourceSpec source, boolean failing);

    /** The source is no longer one of the pool's. */
    void sourceClosed(String pool, SourceSpec source);
}
