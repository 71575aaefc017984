package io.headgate.l7.gateway.admit;

import io.headgate.l7.admit.IpAllow;
import io.headgate.l7.admit.Rule;
import io.headgate.l7.admit.WatchedFiles;
import java.util.List;

/** {@code IpAllow=10.0.0.0/8, 192.0.2.7}: clients from these networks. */
public final class IpAllowGatewayFilterFactory
        extends
            AdmissionGatewayFilterFactory<IpAllowGatewayFilterFactory.Config> {

    private final WatchedFiles files;

    public IpAllowGatewayFilterFactory(WatchedFiles files) {
        super(Config.class);
        this.files = files;
    }

    /** Either networks or a file. */
    public static final class Config extends AdmissionConfig {

        private List<String> networks = List.of();

        public List<String> getNetworks() {
            return networks;
        }

        public void setNetworks(List<String> networks) {
            this.networks = List.copyOf(networks);
        }

        @Override
        List<Object> key() {
            return List.of(networks, String.valueOf(getFile()));
        }
    }

    @Override
    public ShortcutType shortcutType() {
        return ShortcutType.GATHER_LIST;
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("networks");
    }

    @Override
    Rule make(Config config) {
        return IpAllow.of(config.getNetworks(), config.getFile(), files);
    }
}
