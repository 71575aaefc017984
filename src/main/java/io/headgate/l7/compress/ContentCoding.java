package io.headgate.l7.compress;

import java.util.Locale;

/** How a body can be compressed, the best first. */
public enum ContentCoding {

    GZIP(GzipEncoder.MEMORY, 1, 9) {
        @Override
        Encoder encoder(int level) {
            return new GzipEncoder(level);
        }
    };

    private final String token;
    private final int memory;
    private final int least;
    private final int most;

    ContentCoding(int memory, int least, int most) {
        this.token = name().toLowerCase(Locale.ROOT);
        this.memory = memory;
        this.least = least;
        this.most = most;
    }

    abstract Encoder encoder(int level);

    /** Its name in HTTP. */
    public String token() {
        return token;
    }

    /** Bytes that an encoder takes. */
    int memory() {
        return memory;
    }

    boolean hasLevel(int level) {
        return level >= least && level <= most;
    }
}
