/**
 * A port: everything between its listening socket and the lanes. Start with {@link io.headgate.l7.port.Port},
 * which puts the handlers below into the pipelines; {@code ClientGuard} and {@code StreamGuard} hold requests
 * to the rules ({@code RequestRules}, {@code TargetRules}) and to the limits.
 *
 * <p>
 * The pipelines. What a client sends goes down, what it is answered goes up. Names that begin with
 * {@code reactor} are Reactor Netty's, as are those with a number. A handler with {@code [tls]},
 * {@code [proxy]} or {@code [h2]} is there only with TLS, with a PROXY header, or if the port accepts HTTP/2
 * too. {@code headgate.lingering} comes first while a connection is being closed whose client may still send:
 * it drops what comes.
 *
 * <pre>
 * A connection that was just accepted, without TLS:
 *
 *   headgate.proxy-codec            [proxy] decodes the PROXY header, then leaves
 *   headgate.proxy                  [proxy] knows the client by it, then leaves
 *   headgate.frames                 [h2] FrameBudget: leaves if it is HTTP/1.1, else as below
 *   headgate.bytes                  starts a head's deadline at its first byte
 *   reactor.left.h2cUpgradeHandler  [h2] leaves at the first bytes: are they HTTP/1.1 or HTTP/2?
 *   HttpServerCodec#0               [h2] bytes to messages and back
 *   headgate.prior-knowledge        [h2] leaves with the upgrade handler, as HTTP/1.1 or as HTTP/2
 *   HttpServerUpgradeHandler#0      [h2] would take offers to upgrade, but gets none
 *   reactor.left.httpCodec          [h1] bytes to messages and back
 *   headgate.guard                  ClientGuard: rules, limits, deadlines; answers what it refuses
 *   headgate.fast                   ClientConnection: finds each request's lane, serves the fast one
 *   reactor.left.httpTrafficHandler the slow lane begins
 *   reactor.right.reactiveBridge    Spring Cloud Gateway
 *
 * A connection that was just accepted, with TLS:
 *
 *   headgate.proxy-codec            [proxy] as above
 *   headgate.proxy                  [proxy] as above
 *   headgate.bytes                  [h1] as above; from the encrypted bytes
 *   headgate.handshake-turn         waits for the ClientHello and its turn, then leaves (of server.ssl)
 *   reactor.left.sslHandler         decrypts and encrypts
 *   headgate.handshake              reports a failed handshake, which goes no further
 *   reactor.left.sslReader          begins the handshake, then leaves
 *   reactor.left.h2OrHttp11Codec    [h2] sets up the rest when ALPN is done
 *   headgate.alpn                   [h2] then adds Headgate's handlers
 *   reactor.left.httpCodec          [h1]
 *   headgate.guard                  [h1]
 *   headgate.fast                   [h1]
 *   reactor.left.httpTrafficHandler [h1]
 *   reactor.right.reactiveBridge
 *
 * A connection that speaks HTTP/1.1:
 *
 *   headgate.bytes
 *   reactor.left.sslHandler         [tls]
 *   headgate.handshake              [tls]
 *   reactor.left.httpCodec          HttpServerCodec#0 where HTTP/2 is accepted without TLS
 *   headgate.guard
 *   headgate.fast
 *   reactor.left.httpTrafficHandler
 *   reactor.right.reactiveBridge
 *
 * A connection that speaks HTTP/2:
 *
 *   reactor.left.sslHandler         [tls]
 *   headgate.handshake              [tls]
 *   headgate.frames                 FrameBudget: how many frames it may send that serve no request
 *   headgate.uploads                UploadWindow: how much its streams may be sent before they take it
 *   headgate.flushes                merges the flushes of its streams
 *   reactor.left.httpCodec          bytes to frames and back; Http2Frames listens in it
 *   reactor.left.h2MultiplexHandler frames to the channels of their streams and back
 *   headgate.session                Http2Session: deadlines, shutdown, faults of the connection
 *
 * A stream of such a connection:
 *
 *   reactor.left.h2ToHttp11Codec    frames to the messages of HTTP/1.1 and back
 *   headgate.guard                  StreamGuard: rules, limits, deadlines; answers what it refuses
 *   headgate.fast                   ClientStream: serves the request, or leaves it to the slow lane
 *   reactor.left.httpTrafficHandler the slow lane begins
 *   reactor.right.reactiveBridge    Spring Cloud Gateway
 * </pre>
 */
@NullMarked
package io.headgate.l7.port;

import org.jspecify.annotations.NullMarked;
