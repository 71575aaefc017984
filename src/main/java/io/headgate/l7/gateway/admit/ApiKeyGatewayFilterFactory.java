package io.headgate.l7.gateway.admit;

import io.headgate.l7.admit.ApiKey;
import io.headgate.l7.admit.Rule;
import io.headgate.l7.admit.WatchedFiles;
import java.util.List;

/** {@code ApiKey=/etc/headgate/keys}: a key of a list. */
public final class ApiKeyGatewayFilterFactory
        extends
            AdmissionGatewayFilterFactory<ApiKeyGatewayFilterFactory.Config> {

    private final WatchedFiles files;

    public ApiKeyGatewayFilterFactory(WatchedFiles files) {
        super(Config.class);
        this.files = files;
    }

    /** Either keys or a file. */
    public static final class Config extends IdentityConfig {

        private List<String> keys = List.of();
        private String header = "X-Api-Key";

        public List<String> getKeys() {
            return keys;
        }

        public void setKeys(List<String> keys) {
            this.keys = List.copyOf(keys);
        }

        public String getHeader() {
            return header;
        }

        public void setHeader(String header) {
            if (!header.matches("[A-Za-z0-9-]+")) {
                throw new IllegalArgumentException(
                        "header: " + header + " (expected: letters, digits and hyphens)");
            }
            this.header = header;
        }

        @Override
        List<Object> key() {
            return List.of(keys, String.valueOf(getFile()), header, String.valueOf(getUserHeader()));
        }
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("file", "header", "userHeader");
    }

    @Override
    Rule make(Config config) {
        return ApiKey.of(config.getKeys(), config.getFile(), config.getHeader(), config.getUserHeader(),
                files);
    }
}
