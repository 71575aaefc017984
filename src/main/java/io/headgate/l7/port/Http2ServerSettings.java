package io.headgate.l7.port;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import reactor.netty.http.Http2SettingsSpec;
import reactor.netty.http.server.HttpServer;

/**
 * What Reactor Netty's server is told about HTTP/2, in addition to what is set already: the limit of heads is
 * that of HTTP/1.1, and {@link Http2Frames} and {@link StreamResets} count resets in place of Netty.
 */
final class Http2ServerSettings {

    /**
     * A head of HTTP/2 may be larger than the limit by this much, so that it is read to its end and answered
     * with 431. The client is told the sum of both, because HTTP/2 counts 32 bytes more for each header than
     * are sent.
     */
    private static final int HEAD_MARGIN = 96 * 1024;
    private static final int RESETS_SECONDS = 30;

    private Http2ServerSettings() {
    }

    /** @param maxHead bytes of a request's head */
    static HttpServer apply(HttpServer server, int maxHead) {
        Http2SettingsSpec set = server.configuration().http2SettingsSpec();
        return server.http2Settings(settings -> {
            if (set != null) {
                copy(set, settings);
            }
            settings.connectProtocolEnabled(true) // WebSockets (RFC 8441)
                    .maxHeaderListSize((long) maxHead + HEAD_MARGIN)
                    .maxDecodedRstFramesPerWindow(Integer.MAX_VALUE, RESETS_SECONDS)
                    .maxEncodedRstFramesPerWindow(Integer.MAX_VALUE, RESETS_SECONDS);
        });
    }

    /** Reactor Netty builds a server's settings anew each time: what was set before would be lost. */
    private static void copy(Http2SettingsSpec from, Http2SettingsSpec.Builder to) {
        set(from.connectProtocolEnabled(), to::connectProtocolEnabled);
        set(from.headerTableSize(), to::headerTableSize);
        set(from.initialWindowSize(), to::initialWindowSize);
        set(from.maxConcurrentStreams(), to::maxConcurrentStreams);
        set(from.maxFrameSize(), to::maxFrameSize);
        set(from.maxStreams(), to::maxStreams);
        set(from.pingAckTimeout(), to::pingAckTimeout);
        set(from.pingAckDropThreshold(), to::pingAckDropThreshold);
    }

    private static <T> void set(@Nullable T value, Consumer<T> setter) {
        if (value != null) {
            setter.accept(value);
        }
    }
}
