package io.headgate.l7.route;

import io.headgate.l7.GrpcMethods;
import io.netty.handler.codec.http.HttpHeaderNames;

/** It is a call of one of these methods of gRPC. */
public record GrpcCondition(GrpcMethods methods) implements Condition {

    @Override
    public boolean matches(RequestView request) {
        return methods.match(request.headers().get(HttpHeaderNames.CONTENT_TYPE), request.path());
    }

    @Override
    public String asks() {
        return "gRPC " + methods;
    }

    @Override
    public String sees(RequestView request) {
        return request.path() + ", Content-Type " + request.headers().get(HttpHeaderNames.CONTENT_TYPE);
    }
}
