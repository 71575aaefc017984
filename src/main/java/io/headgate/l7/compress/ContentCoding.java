package io.headgate.l7.compress;

import com.aayushatharva.brotli4j.Brotli4jLoader;
import com.github.luben.zstd.util.Native;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;

/** How a body can be compressed: of those that a client likes equally, the first. */
public enum ContentCoding {

    /** Takes half of gzip's time or less for the same size. */
    ZSTD(ZstdEncoder.MEMORY, new NativeLibrary("zstd", Native::load)) {
        @Override
        Encoder encoder(int level) {
            return new ZstdEncoder(level);
        }
    },

    /** Somewhat smaller than gzip's in the same time. */
    BR(BrotliEncoder.MEMORY, new NativeLibrary("br", Brotli4jLoader::ensureAvailability)) {
        @Override
        Encoder encoder(int level) {
            return new BrotliEncoder(level);
        }
    },

    GZIP(GzipEncoder.MEMORY, NativeLibrary.OF_THE_JDK) {
        @Override
        Encoder encoder(int level) {
            return new GzipEncoder(level);
        }
    };

    static final int LEAST_LEVEL = 1;
    static final int MOST_LEVEL = 9;

    private final String token;
    private final int memory;
    @SuppressWarnings("ImmutableEnumChecker") // changes once: it is loaded
    private final NativeLibrary library;

    ContentCoding(int memory, NativeLibrary library) {
        this.token = name().toLowerCase(Locale.ROOT);
        this.memory = memory;
        this.library = library;
    }

    /** At a level of gzip's, or what takes as long or less. */
    abstract Encoder encoder(int level);

    /** Its name in HTTP. */
    public String token() {
        return token;
    }

    /** Bytes that an encoder takes. */
    int memory() {
        return memory;
    }

    /**
     * Begins to load what it needs, unless that was done before, and returns at once. Completes with whether
     * it can be used.
     */
    CompletableFuture<Boolean> prepare() {
        return library.load();
    }

    /** Whether it can be used now: what it needs is loaded. */
    boolean isReady() {
        return library.isLoaded();
    }
}
