package io.headgate.l7.gateway;

import io.headgate.l7.Grpc;
import io.headgate.pool.Reason;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.server.reactive.ServerHttpRequest;
import org.springframework.http.server.reactive.ServerHttpResponse;
import reactor.core.publisher.Mono;

/** The refusal of a call of gRPC: nothing but a head, with what else was to be said there. */
public final class GrpcRefusal {

    private GrpcRefusal() {
    }

    /** Whether a request is to be refused so. */
    public static boolean concerns(ServerHttpRequest request) {
        return Grpc.is(request.getHeaders().getFirst(HttpHeaders.CONTENT_TYPE));
    }

    /**
     * Answers with it.
     *
     * @param status that a client of HTTP would get
     */
    public static Mono<Void> answer(ServerHttpResponse response, Reason reason, int status) {
        response.setStatusCode(HttpStatus.OK);
        HttpHeaders headers = response.getHeaders();
        headers.set(HttpHeaders.CONTENT_TYPE, Grpc.TYPE);
        headers.set(Grpc.STATUS.toString(), String.valueOf(Grpc.status(reason, status)));
        headers.set(Grpc.MESSAGE.toString(), Grpc.message(reason));
        headers.setContentLength(0); // so that Reactor Netty ends the stream with the head
        return response.setComplete();
    }
}
