package io.headgate.l7.fast;

import io.headgate.FrameAnswer;
import io.headgate.FrameClient;
import io.headgate.TestGateway;
import io.headgate.l7.DebugHeader;
import io.headgate.l7.Lane;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The whole application with or without its fast path, and a member of its own that records. */
final class LaneUnderTest implements AutoCloseable {

    private final RecordingMember member = new RecordingMember();
    private final TestGateway gateway;

    LaneUnderTest(RouteSet routes, boolean fastPath) throws IOException {
        gateway = TestGateway.start(
                "headgate.pools.p.members: [ '127.0.0.1:%d' ]\n%s".formatted(member.port(), routes.yaml()),
                "--headgate.fast-path.enabled=" + fastPath, "--headgate.fast-path.debug-header=true",
                "--server.http2.enabled=true", "--logging.level.io.headgate=OFF");
    }

    /**
     * What came of a case.
     *
     * @param lane the header that tells of lane and route, empty where neither had the request
     * @param answer in a form that does not depend on how it was framed
     * @param seen by the member, in such a form
     */
    record Outcome(String lane, String answer, List<String> seen, String target) {

        boolean by(Lane which) {
            return lane.startsWith("lane=" + which.name().toLowerCase(Locale.ROOT) + ";");
        }

        /** Also where no route is found. */
        boolean byNobody() {
            return lane.isEmpty() || (by(Lane.SLOW) && lane.contains("; route=none") && seen.isEmpty());
        }

        String route() {
            return lane.isEmpty() ? "" : lane.split("[ ;]+", 3)[1];
        }
    }

    /** Requests that a lane has served, by the meters. */
    double served(Lane lane) {
        return gateway.bean(MeterRegistry.class).find("headgate.requests")
                .tag("lane", lane.name().toLowerCase(Locale.ROOT))
                .timers().stream().mapToDouble(timer -> timer.count()).sum();
    }

    List<String> strange() {
        return member.strange();
    }

    /** A client that sends one request after the other. */
    final class Client implements AutoCloseable {

        private Wire wire = Wire.to(gateway.port());
        private FrameClient streams = new FrameClient(gateway.port());

        Client() throws IOException {
        }

        Outcome ask(long number, String request) throws IOException {
            wire.send(request);
            String head = wire.head();
            boolean bodiless = request.startsWith("HEAD ") || head.matches("(?s)HTTP/1.1 (204|205|304) .*");
            String answer = head + "\r\n\r\n" + (bodiless ? "" : wire.body(head));
            if (answer.toLowerCase(Locale.ROOT).contains("connection: close")) {
                wire.close();
                wire = Wire.to(gateway.port());
            }
            return outcome(number, head, answer);
        }

        /** The same in HTTP/2. */
        Outcome askByHttp2(long number, String request) throws IOException {
            FrameAnswer got = Http2Request.of(request).send(streams);
            if (!got.ended && got.reset < 0) {
                streams.close();
                streams = new FrameClient(gateway.port());
            }
            String head = got.head().replace(":status:", "HTTP/1.1") + (got.ended ? "" : "unfinished: 1");
            return outcome(number, head, head + "\r\n\r\n" + got.body() + got.trailers);
        }

        private Outcome outcome(long number, String head, String answer) {
            List<String> seen = member.take(number);
            String lane = RecordingMember.header(head, DebugHeader.NAME.toLowerCase(Locale.ROOT));
            return new Outcome(lane.equals("0") ? "" : lane, normal(answer),
                    seen.stream().map(LaneUnderTest.this::withoutTarget).toList(),
                    seen.isEmpty() ? "" : seen.getFirst().split(" ", 3)[1]);
        }

        @Override
        public void close() throws IOException {
            wire.close();
            streams.close();
        }
    }

    private String withoutTarget(String request) {
        String[] parts = request.split(" ", 3);
        return normal(parts[0] + " " + parts[2]).replace("127.0.0.1:" + member.port(), "MEMBER");
    }

    /** Header names in lower case and in order; framing left out, for the body has been read by it. */
    private static String normal(String message) {
        int end = message.indexOf("\r\n\r\n");
        List<String> lines = new ArrayList<>(message.substring(0, end).lines().toList());
        String first = lines.removeFirst();
        List<String> headers = lines.stream().map(line -> {
            int colon = line.indexOf(':');
            return line.substring(0, colon).toLowerCase(Locale.ROOT) + ":"
                    + line.substring(colon + 1).strip();
        }).filter(line -> !line.matches("(content-length|transfer-encoding|connection|date|x-headgate):.*"))
                .sorted()
                .toList();
        return (first.startsWith("HTTP/1.1 ") ? first.substring(0, 12) : first) + "\n"
                + String.join("\n", headers) + "\n\n" + message.substring(end + 4);
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        member.close();
    }
}
