package io.headgate.bench.own;

import io.headgate.filter.Decision;
import io.headgate.filter.Filter;
import io.headgate.filter.FilterFactory;
import io.headgate.filter.Request;
import io.headgate.filter.Response;

/** What StampGatewayFilterFactory is to stock Spring Cloud Gateway. */
public final class StampFilterFactory implements FilterFactory<StampFilterFactory.Arguments> {

    public record Arguments(String name, String value) {}

    @Override
    public Class<Arguments> arguments() {
        return Arguments.class;
    }

    @Override
    public Filter create(Arguments arguments) {
        return new Filter() {

            @Override
            public Decision request(Request request) {
                request.headers().set(arguments.name(), arguments.value());
                return Decision.goOn();
            }

            @Override
            public void response(Response response) {
                response.headers().set("X-Stamped", arguments.value());
            }
        };
    }
}
