package io.headgate.l7.fast;

import java.util.ArrayList;
import java.util.List;

/** What a {@link RecordingMember} can answer. A request asks for one by its number. */
@SuppressWarnings("StringConcatToTextBlock") // HTTP ends its lines with CRLF
final class MemberAnswers {

    private static final String INTERIM = "HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload\r\n\r\n";

    /** Those of HTTP/1.1 that leave the connection open. */
    private static final List<Answer> USUAL = List.of(
            of("200 OK\r\nContent-Length: 5\r\nX-Member: hello\r\n\r\nworld"),
            of("200 OK\r\nTransfer-Encoding: chunked\r\nX-Member: a\r\nX-Member: b\r\nX-Member: a\r\n\r\n"
                    + "5\r\nworld\r\n0\r\n\r\n"),
            of("302 Found\r\nContent-Length: 0\r\nLocation: http://orders.internal:8081/v2/x/y?z\r\n\r\n"),
            of("404 Not Found\r\nContent-Length: 4\r\nX-Other: 1\r\nX-Other: 2\r\n\r\nnone"),
            of("500 Internal Server Error\r\nContent-Length: 2\r\nConnection: X-Hop\r\nX-Hop: 1\r\n\r\nno"),
            of("204 No Content\r\nX-Member:  \r\n\r\n"), of("304 Not Modified\r\nETag: \"x\"\r\n\r\n"),
            of("304 Not Modified\r\nContent-Length: 5\r\nETag: \"x\"\r\n\r\n"),
            of("480 Odd\r\nContent-Length: 1\r\nKeep-Alive: timeout=5\r\nUpgrade: h2c\r\n\r\n1"),
            of("201 Created\r\nLocation: /v1/x\r\nSet-Cookie: a=b; Path=/\r\nset-cookie: c=d\r\n"
                    + "Content-Length: 3000\r\n\r\n" + "0123456789".repeat(300)),
            of("204 No Content\r\nContent-Length: 0\r\n\r\n"),
            of("204 No Content\r\nTransfer-Encoding: chunked\r\n\r\n"),
            of("205 Reset Content\r\nContent-Length: 0\r\n\r\n"),
            of("304 Not Modified\r\nTransfer-Encoding: chunked\r\nX-Member: i\r\n\r\n"),
            of("200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n"
                    + "3;ext=\"a;b\"\r\nwor\r\n2\r\nld\r\n0\r\nX-Sum: 5\r\nX-Member: late\r\n\r\n"));

    private static final List<Answer> RARE = List.of(
            of("200 OK\r\nContent-Length: 5\r\nX-Member: hello\r\n\r\nworld").after(INTERIM),
            of("200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nworld\r\n0\r\nX-Sum: 5\r\n\r\n")
                    .after(INTERIM + "HTTP/1.1 102 Processing\r\n\r\n" + INTERIM),
            of("204 No Content\r\n\r\n").after(INTERIM),
            of("404 Not Found\r\nContent-Length: 2\r\n\r\nno").after("HTTP/1.1 100 Continue\r\n\r\n"),
            of("200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nworld").closing(),
            of("200 OK\r\nX-Member: aei\r\n\r\nworld").closing(),
            of("404 Not Found\r\nConnection: close, X-Hop\r\nX-Hop: 1\r\n\r\n").closing(),
            of("200 OK\r\nContent-Length: 5\r\n\r\nworld").of10().closing(),
            of("200 OK\r\nX-Member: 1.0\r\n\r\nworld").of10().closing(),
            of("200 OK\r\nConnection: keep-alive\r\nContent-Length: 5\r\n\r\nworld").of10(),
            of("204 No Content\r\nConnection: keep-alive\r\n\r\n").of10(),
            of("417 Expectation Failed\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno").beforeBody()
                    .closing());

    /** A usual one comes eight times as often as one that is rare: many of these cost a connection. */
    static final List<Answer> ALL = all();

    private MemberAnswers() {
    }

    private static List<Answer> all() {
        List<Answer> all = new ArrayList<>(RARE);
        for (int i = 0; i < 8; i++) {
            all.addAll(USUAL);
        }
        return List.copyOf(all);
    }

    private static Answer of(String text) {
        int end = text.indexOf("\r\n\r\n") + 4;
        return new Answer("", "HTTP/1.1 " + text.substring(0, end), text.substring(end), false, false);
    }

    /** The one that a request asks for. */
    static Answer to(String request) {
        return ALL.get(Integer.parseInt(RecordingMember.header(request, RandomRequest.ANSWER)));
    }

    /** The status of each informational answer that the client should see. */
    static List<String> interims(String request) {
        if (request.contains(" HTTP/1.0\r\n")) {
            return List.of();
        }
        List<String> all = new ArrayList<>();
        boolean kept = request.contains("\r\nConnection: expect\r\n"); // from the member: we answer
        boolean expects = expects(request) && !kept;
        if (expects ? !to(request).early : kept && expects(request) && RandomRequest.hasBody(request)) {
            all.add(" 100");
        }
        for (String each : to(request).interim.split("HTTP/1.1", -1)) {
            if (!each.isEmpty() && (expects || !each.startsWith(" 100"))) {
                all.add(each.substring(0, 4));
            }
        }
        return all;
    }

    static boolean expects(String request) {
        return request.contains("\r\nExpect: 100-continue\r\n");
    }

    /**
     * What comes on the wire.
     *
     * @param interim informational answers before it
     * @param closes whether the connection ends behind its body
     * @param early whether it comes before the body of a request that expects to be told to send it
     */
    record Answer(String interim, String head, String body, boolean closes, boolean early) {

        private Answer after(String informational) {
            return new Answer(informational, head, body, closes, early);
        }

        private Answer closing() {
            return new Answer(interim, head, body, true, early);
        }

        private Answer of10() {
            return new Answer(interim, head.replace("HTTP/1.1", "HTTP/1.0"), body, closes, early);
        }

        private Answer beforeBody() {
            return new Answer(interim, head, body, closes, true);
        }

        /** Whether a length would be that of another answer. */
        boolean isNotModified() {
            return head.contains(" 304 ");
        }

        /**
         * Whether the connection ends behind it. Where only that would tell the end of the body, it stays
         * behind an answer to HEAD: either lane may use it again, and a request is lost that comes just then.
         */
        boolean ends(boolean toHead) {
            return closes && !(toHead && head.startsWith("HTTP/1.1") && !head.contains("Connection: close"));
        }

        String text(boolean bodiless) {
            return interim + head + (bodiless ? "" : body);
        }
    }
}
