package io.headgate.testing;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What has come on a stream of a {@link FrameClient}. */
public final class FrameAnswer {

    /** Informational heads first, then the answer's: ":status" and others, one in a line. */
    public final List<String> heads = new ArrayList<>();
    public String trailers = "";
    public boolean ended;
    /** The error with which it was reset first; -1 for none. */
    public int reset = -1;
    /** How often it was reset. */
    public int resets;
    final ByteArrayOutputStream body = new ByteArrayOutputStream();

    public String body() {
        return body.toString(StandardCharsets.ISO_8859_1);
    }

    public int size() {
        return body.size();
    }

    public String head() {
        return heads.isEmpty() ? "" : heads.getLast();
    }

    public int status() {
        return head().isEmpty() ? 0 : Integer.parseInt(head().substring(9, 12));
    }
}
