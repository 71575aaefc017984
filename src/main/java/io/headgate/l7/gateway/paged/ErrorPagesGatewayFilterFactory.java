package io.headgate.l7.gateway.paged;

import io.headgate.l7.admit.WatchedFiles;
import io.headgate.l7.gateway.RequestNotes;
import io.headgate.l7.pages.ErrorPage;
import io.headgate.l7.pages.ErrorPages;
import io.headgate.l7.pages.ErrorStatuses;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.GatewayFilterChain;
import org.springframework.cloud.gateway.filter.NettyWriteResponseFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.core.Ordered;
import org.springframework.web.server.ServerWebExchange;
import reactor.core.publisher.Mono;

/** {@code ErrorPages=5xx, sorry.html}: pages from files in the place of errors. */
public final class ErrorPagesGatewayFilterFactory
        extends
            AbstractGatewayFilterFactory<ErrorPagesGatewayFilterFactory.Config> {

    private final WatchedFiles files;

    public ErrorPagesGatewayFilterFactory(WatchedFiles files) {
        super(Config.class);
        this.files = files;
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("statuses", "html", "json");
    }

    @Override
    public GatewayFilter apply(Config config) {
        if (config.getHtml() == null && config.getJson() == null) {
            throw new IllegalArgumentException("html: (expected: a file for html, json or both)");
        }
        return new PagesFilter(new ErrorPages.Rule(ErrorStatuses.parse(config.getStatuses()),
                page(config.getHtml(), ErrorPage.Form.HTML), page(config.getJson(), ErrorPage.Form.JSON),
                config.isMembers()));
    }

    private @Nullable Supplier<ErrorPage> page(@Nullable String file, ErrorPage.Form form) {
        return file == null
                ? null
                : files.whole(file, ErrorPage.LARGEST, bytes -> ErrorPage.of(form, bytes));
    }

    /**
     * What the fast lane does in the place of the filter.
     *
     * @param filter that {@link #apply} has made
     */
    public static ErrorPages.Rule rule(GatewayFilter filter) {
        return ((PagesFilter) filter).rule();
    }

    /** Only notes the pages, before any other filter may answer: they are written last. */
    private record PagesFilter(ErrorPages.Rule rule) implements GatewayFilter, Ordered {

        private static final String ATTRIBUTE = PagesFilter.class.getName();

        @Override
        public int getOrder() {
            return NettyWriteResponseFilter.WRITE_RESPONSE_FILTER_ORDER - 4;
        }

        @Override
        public Mono<Void> filter(ServerWebExchange exchange, GatewayFilterChain chain) {
            List<ErrorPages.Rule> rules = new ArrayList<>(
                    exchange.getAttributeOrDefault(ATTRIBUTE, List.of()));
            rules.add(rule);
            exchange.getAttributes().put(ATTRIBUTE, rules);
            RequestNotes.pages(exchange, ErrorPages.of(rules));
            return chain.filter(exchange);
        }

        @Override
        public String toString() {
            return "[ErrorPages " + rule.statuses() + "]";
        }
    }

    /** The arguments of the filter. */
    public static final class Config {

        private List<String> statuses = List.of();
        private @Nullable String html;
        private @Nullable String json;
        private boolean members;

        public List<String> getStatuses() {
            return statuses;
        }

        /** Such as 404, 500-503 or 5xx. */
        public void setStatuses(List<String> texts) {
            statuses = List.copyOf(texts);
        }

        public @Nullable String getHtml() {
            return html;
        }

        public void setHtml(String file) {
            html = file;
        }

        public @Nullable String getJson() {
            return json;
        }

        public void setJson(String file) {
            json = file;
        }

        public boolean isMembers() {
            return members;
        }

        /** Whether members' answers are replaced too. */
        public void setMembers(boolean replaced) {
            members = replaced;
        }
    }
}
