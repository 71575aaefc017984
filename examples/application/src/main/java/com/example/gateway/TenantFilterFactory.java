package com.example.gateway;

import io.headgate.filter.Decision;
import io.headgate.filter.Filter;
import io.headgate.filter.FilterFactory;
import io.headgate.filter.Request;
import io.headgate.filter.Response;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotEmpty;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Lets known tenants pass: {@code Tenant=X-Tenant, acme, globex}. */
@Component
public class TenantFilterFactory implements FilterFactory<TenantFilterFactory.Arguments> {

    /**
     * What the filter is told.
     *
     * @param header names the tenant
     * @param first a tenant
     * @param second another
     */
    public record Arguments(@NotBlank String header, @NotEmpty String first, @NotEmpty String second) {}

    @Override
    public Class<Arguments> arguments() {
        return Arguments.class;
    }

    @Override
    public Filter create(Arguments arguments) {
        Set<String> known = Set.of(arguments.first(), arguments.second());
        String header = arguments.header();
        return new Filter() {

            @Override
            public Decision request(Request request) {
                String tenant = request.headers().get(header);
                if (tenant == null || !known.contains(tenant)) {
                    return Decision.answer(403).body("text/plain", "unknown tenant");
                }
                request.path("/" + tenant + request.path());
                request.attribute("tenant", tenant);
                return Decision.goOn();
            }

            @Override
            public void response(Response response) {
                response.headers().set("X-Served-For", String.valueOf(response.request().attribute("tenant")));
            }
        };
    }
}
