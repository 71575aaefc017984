package io.headgate.l7.fast;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.l7.DebugHeader;
import io.headgate.l7.Lane;
import io.headgate.l7.TargetEscapes;
import io.headgate.testing.FrameAnswer;
import io.headgate.testing.FrameClient;
import io.headgate.testing.TestAuthority;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import io.micrometer.core.instrument.MeterRegistry;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** The whole application with or without its fast path, and a member of its own that records. */
final class LaneUnderTest implements AutoCloseable {

    private static final TestAuthority AUTHORITY = TestAuthority.ours();

    private final RecordingMember member = new RecordingMember(
            AUTHORITY.context(AUTHORITY.issue("localhost")));
    private final TestGateway gateway;

    LaneUnderTest(RouteSet routes, boolean fastPath) throws IOException {
        gateway = TestGateway.start(
                """
                        resilience4j.circuitbreaker.configs.default:
                          { sliding-window-type: TIME_BASED, sliding-window-size: 10000, minimum-number-of-calls: 1000000000 }
                        headgate.pools:
                          p: { members: [ "127.0.0.1:%d" ], retry-budget: { min: 100 } }
                          secured:
                            members: [ "127.0.0.1:%d" ]
                            retry-budget: { min: 100 }
                            tls: { bundle: authority, server-name: localhost }
                        %s
                        """
                        .formatted(member.port(), member.securedPort(), routes.yaml(member.port())),
                "--spring.ssl.bundle.pem.authority.truststore.certificate="
                        + AUTHORITY.authority().getCertificatePathPEM(),
                "--headgate.fast-path.enabled=" + fastPath, "--headgate.fast-path.debug-header=true",
                "--server.http2.enabled=true", "--logging.level.io.headgate=OFF");
    }

    /**
     * What came of a case.
     *
     * @param lane the header that tells of lane and route, empty where neither had the request
     * @param interims the status of each informational answer
     * @param answer in a form that does not depend on how its parts were cut
     * @param seen by the member, in a form that does not depend on how it was framed
     */
    record Outcome(String lane, List<String> interims, String answer, List<String> seen, String target) {

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

        private Wire wire = new Wire(gateway.port());
        private FrameClient streams = new FrameClient(gateway.port());

        Client() throws IOException {
        }

        Outcome ask(long number, String request) throws IOException {
            int end = request.indexOf("\r\n\r\n") + 4;
            boolean waits = RandomRequest.waits(number, request);
            wire.send(waits ? request.substring(0, end) : request);
            List<String> interims = new ArrayList<>();
            String head = wire.head();
            for (; head.matches("(?s)HTTP/1.1 1.*"); head = wire.head()) {
                interims.add(head.substring(8, 12));
                if (waits && head.startsWith("HTTP/1.1 100 ")) {
                    waits = false;
                    wire.send(request.substring(end));
                }
            }
            boolean bodiless = request.startsWith("HEAD ")
                    || head.matches("(?s)HTTP/1.[01] (204|205|304) .*");
            check(request, head);
            String answer = head + "\r\n\r\n" + (bodiless ? "" : body(head));
            if (waits) { // the body was not asked for, and nothing else may come in its place
                renew();
            } else if (closes(request, head)) {
                String rest = wire.rest();
                renew();
                // of a request that cannot be decoded nobody knows that it is HEAD
                assertThat(head.matches("(?s)HTTP/1.1 4(14|31) .*") && bodiless ? "" : rest)
                        .as("behind the answer").isEmpty();
            }
            return outcome(number, request, interims, head, answer);
        }

        /** The same in HTTP/2. */
        Outcome askByHttp2(long number, String request) throws IOException {
            FrameAnswer got = Http2Request.of(request).send(streams);
            boolean refused = !got.ended || got.reset >= 0 || got.status() >= 400;
            if (refused && !streams.alive()) { // what cannot be read ends some connections
                streams.close();
                streams = new FrameClient(gateway.port());
            }
            String head = got.head().replace(":status:", "HTTP/1.1") + (got.ended ? "" : "unfinished: 1");
            boolean bodiless = List.of(204, 205, 304).contains(got.status());
            return outcome(number, request, List.of(), head,
                    head + "\r\n\r\n" + got.body() + (bodiless ? "" : got.trailers));
        }

        private Outcome outcome(long number, String request, List<String> interims, String head,
                String answer) {
            List<String> seen = member.take(number);
            String lane = RecordingMember.header(head, DebugHeader.NAME.toLowerCase(Locale.ROOT));
            String framed = ours(normal(answer));
            return new Outcome(lane.equals("0") ? "" : lane, interims,
                    request.startsWith("HEAD ") && !MemberAnswers.to(request).isNotModified()
                            ? framed.replace("content-length:0\n", "")
                            : withoutLength(framed),
                    seen.stream().map(LaneUnderTest.this::withoutTarget).toList(),
                    seen.isEmpty() ? "" : seen.getFirst().split(" ", 3)[1]);
        }

        private void check(String request, String head) {
            String lower = head.toLowerCase(Locale.ROOT);
            assertThat(lower.contains("\r\ntransfer-encoding:") && (lower.contains("\r\ncontent-length:")
                    || request.contains(" HTTP/1.0\r\n"))).as("framing of %s", head).isFalse();
        }

        private String body(String head) throws IOException {
            String lower = head.toLowerCase(Locale.ROOT);
            return lower.contains("\r\ncontent-length: ") || lower.contains("\r\ntransfer-encoding: chunked")
                    ? wire.body(head)
                    : wire.rest();
        }

        /** Whether a client must take this answer for the last one on its connection. */
        private static boolean closes(String request, String head) {
            String connection = RecordingMember.header(head, "connection").toLowerCase(Locale.ROOT);
            return request.contains(" HTTP/1.0\r\n")
                    ? !connection.equals("keep-alive")
                    : connection.equals("close");
        }

        /** On new connections, as if the case had not been. */
        void startOver(long number) throws IOException {
            renew();
            streams.close();
            streams = new FrameClient(gateway.port());
            member.take(number);
        }

        private void renew() throws IOException {
            wire.close();
            wire = new Wire(gateway.port());
        }

        @Override
        public void close() throws IOException {
            wire.close();
            streams.close();
        }
    }

    private String withoutTarget(String request) {
        String[] parts = request.split(" ", 3);
        String text = normal(parts[0] + " " + parts[2]).replaceAll(
                "127.0.0.1:(%d|%d)".formatted(member.port(), member.securedPort()), "MEMBER");
        return withoutLength(text);
    }

    /**
     * An answer that is no member's without what is another each time; its path as the slow lane spells it.
     */
    private static String ours(String answer) {
        if (!answer.contains("content-type:application/problem+json")) {
            return answer;
        }
        return withoutLength(answer.replaceFirst("\"timestamp\":\"[^\"]+\",", "")
                .replaceFirst("\"requestId\":\"[^\"]+\"", ""))
                .lines().map(TargetEscapes::escaped).collect(Collectors.joining("\n"));
    }

    /** For the body has been read by it. */
    private static String withoutLength(String text) {
        return text.replaceAll("(?m)^content-length:.*\n", "");
    }

    /**
     * Header names in lower case and in order; without those about the connection, which have been obeyed.
     */
    private static String normal(String message) {
        int end = message.indexOf("\r\n\r\n");
        List<String> lines = new ArrayList<>(message.substring(0, end).lines().toList());
        String first = lines.removeFirst();
        List<String> headers = lines.stream().map(line -> {
            int colon = line.indexOf(':');
            return line.substring(0, colon).toLowerCase(Locale.ROOT) + ":"
                    + line.substring(colon + 1).strip();
        }).filter(line -> !line.matches("(transfer-encoding|connection|date|x-headgate):.*"))
                .sorted()
                .toList();
        return (first.startsWith("HTTP/1.") ? first.substring(8, 12) : first) + "\n"
                + String.join("\n", headers) + "\n\n" + message.substring(end + 4);
    }

    @Override
    public void close() throws IOException {
        gateway.close();
        member.close();
    }
}
