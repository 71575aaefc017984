package io.headgate.l7.gateway.compressed;

import io.headgate.l7.compress.Compression;
import java.util.List;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;

/** {@code Compress}: the route's answers are compressed for clients that accept it. */
public final class CompressGatewayFilterFactory extends AbstractGatewayFilterFactory<CompressArguments> {

    public CompressGatewayFilterFactory() {
        super(CompressArguments.class);
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("level", "minSize");
    }

    /** For the fast lane. */
    public static Compression compression(CompressArguments arguments) {
        return new Compression(arguments.rules());
    }

    @Override
    public GatewayFilter apply(CompressArguments arguments) {
        return new CompressFilter(compression(arguments));
    }
}
