package io.headgate.l7.compress;

/** For tests of other packages. */
public final class TakenByEncoders {

    private TakenByEncoders() {
    }

    /** By all of the process. */
    public static long bytes() {
        return EncoderMemory.PROCESS.taken();
    }
}
