package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.ServedRequest;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads what a client got as strictly as the most careful client would. */
final class ClientSide {

    private static final Pattern HEAD = Pattern.compile(
            "HTTP/1\\.1 ([1-9]\\d\\d) [^\r\n\0]*(?:\r\n[!#$%&'*+.^_`|~0-9A-Za-z-]+:[^\r\n\0]*)*");
    private static final Pattern LENGTH = Pattern.compile("\r\ncontent-length: *(\\d+)(?=\r\n|$)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern CHUNKED = Pattern.compile("\r\ntransfer-encoding: *chunked(?=\r\n|$)",
            Pattern.CASE_INSENSITIVE);
    private static final Pattern CHUNK = Pattern.compile("([0-9a-fA-F]{1,8})\r\n");

    private final String got;
    private boolean toHead;
    private final boolean open;
    private int at;

    private ClientSide(String got, boolean toHead, boolean open) {
        this.got = got;
        this.toHead = toHead;
        this.open = open;
    }

    /**
     * The status of the one answer that must be there; "cut" where the connection was closed in its middle.
     *
     * @param toHead whether HEAD was asked
     * @param open whether the connection is still open
     */
    static String status(String got, boolean toHead, boolean open) {
        ClientSide side = new ClientSide(got, toHead, open);
        String status = side.answer();
        if (status.equals("cut")) {
            assertThat(open).as("open after half an answer: %s", got).isFalse();
        } else {
            assertThat(got.substring(side.at)).as("behind the answer").isEmpty();
        }
        return status;
    }

    /**
     * Those to these requests in their order; to the last of them there may be none where the connection was
     * closed.
     *
     * @param open whether the connection is still open
     */
    static void answers(String got, List<ServedRequest> requests, boolean open) {
        ClientSide side = new ClientSide(got, false, open);
        for (ServedRequest request : requests) {
            if (side.at == got.length()) {
                assertThat(request.reason()).as("without an answer: %s", request).isNotNull();
            } else {
                side.toHead = request.method().equals("HEAD")
                        || (request.method().equals("-") && side.endsWithHead()); // it may have been HEAD
                assertThat(side.answer()).as("to %s of %s: %s", request, requests, got)
                        .isEqualTo(Integer.toString(request.status()));
            }
        }
        assertThat(got.substring(side.at)).as("behind all answers").isEmpty();
    }

    private boolean endsWithHead() {
        return got.indexOf("\r\n\r\n", at) + 4 == got.length();
    }

    private String answer() {
        for (;;) {
            int end = got.indexOf("\r\n\r\n", at);
            assertThat(end).as("the end of a head in: %s", got.substring(at)).isGreaterThanOrEqualTo(0);
            String head = got.substring(at, end);
            Matcher parts = HEAD.matcher(head);
            assertThat(parts.matches()).as("a head: %s", head).isTrue();
            at = end + 4;
            if (!parts.group(1).startsWith("1")) {
                return body(head, parts.group(1)) ? parts.group(1) : "cut";
            }
            assertThat(parts.group(1)).isNotEqualTo("101");
        }
    }

    /** Whether it is all there. */
    private boolean body(String head, String status) {
        Matcher length = LENGTH.matcher(head);
        boolean sized = length.find();
        boolean chunked = CHUNKED.matcher(head).find();
        assertThat(sized && chunked).as("two lengths: %s", head).isFalse();
        if (toHead || status.equals("204") || status.equals("304")) {
            return true;
        }
        if (sized) {
            return skip(Long.parseLong(length.group(1)));
        }
        if (chunked) {
            return chunks();
        }
        assertThat(open).as("open, and no length: %s", head).isFalse();
        at = got.length();
        return true;
    }

    private boolean chunks() {
        Matcher chunk = CHUNK.matcher(got);
        while (chunk.find(at) && chunk.start() == at) {
            long size = Long.parseLong(chunk.group(1), 16);
            at = chunk.end();
            if (size == 0) {
                int end = got.startsWith("\r\n", at) ? at : got.indexOf("\r\n\r\n", at) + 2;
                at = end + 2;
                return end > 1;
            }
            if (!skip(size) || !got.startsWith("\r\n", at)) {
                return false;
            }
            at += 2;
        }
        return false;
    }

    /** False where there is less. */
    private boolean skip(long bytes) {
        if (bytes > got.length() - at) {
            return false;
        }
        at += (int) bytes;
        return true;
    }
}
