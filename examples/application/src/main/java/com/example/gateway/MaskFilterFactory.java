package com.example.gateway;

import io.headgate.filter.BodyTransform;
import io.headgate.filter.Decision;
import io.headgate.filter.Filter;
import io.headgate.filter.FilterFactory;
import io.headgate.filter.Request;
import io.headgate.filter.Response;
import java.nio.ByteBuffer;
import java.util.function.Consumer;
import org.springframework.stereotype.Component;

/** Puts {@code #} in the place of each digit of an answer: {@code Mask}. */
@Component
public class MaskFilterFactory implements FilterFactory<FilterFactory.NoArguments> {

    @Override
    public Class<NoArguments> arguments() {
        return NoArguments.class;
    }

    @Override
    public Filter create(NoArguments arguments) {
        return new Filter() {

            @Override
            public Decision request(Request request) {
                request.headers().remove("Accept-Encoding"); // digits of a compressed body mean nothing
                return Decision.goOn();
            }

            @Override
            public BodyTransform responseBody(Response response) {
                response.headers().remove("ETag");
                return new BodyTransform() {

                    @Override
                    public void piece(ByteBuffer bytes, Consumer<ByteBuffer> out) {
                        ByteBuffer masked = ByteBuffer.allocate(bytes.remaining());
                        while (bytes.hasRemaining()) {
                            byte b = bytes.get();
                            masked.put(b >= '0' && b <= '9' ? (byte) '#' : b);
                        }
                        out.accept(masked.flip());
                    }
                };
            }
        };
    }
}
