package io.headgate.observe.access;

import io.headgate.observe.output.StandardStreams;
import java.io.IOException;

/** Standard output, between the lines of the other logs. */
final class StandardTarget implements Target {

    @Override
    public void write(byte[] lines, int length) throws IOException {
        StandardStreams.write(lines, length);
    }
}
