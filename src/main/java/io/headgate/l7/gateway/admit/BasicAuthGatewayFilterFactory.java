package io.headgate.l7.gateway.admit;

import io.headgate.l7.admit.BasicAuth;
import io.headgate.l7.admit.PasswordChecks;
import io.headgate.l7.admit.Rule;
import io.headgate.l7.admit.WatchedFiles;
import java.util.List;

/** {@code BasicAuth=/etc/headgate/users.htpasswd}: a name and a password of a list. */
public final class BasicAuthGatewayFilterFactory
        extends
            AdmissionGatewayFilterFactory<BasicAuthGatewayFilterFactory.Config> {

    private final PasswordChecks checks;
    private final WatchedFiles files;

    public BasicAuthGatewayFilterFactory(PasswordChecks checks, WatchedFiles files) {
        super(Config.class);
        this.checks = checks;
        this.files = files;
    }

    /** Either users or a file. */
    public static final class Config extends IdentityConfig {

        private List<String> users = List.of();
        private String realm = "headgate";

        public List<String> getUsers() {
            return users;
        }

        public void setUsers(List<String> users) {
            this.users = List.copyOf(users);
        }

        public String getRealm() {
            return realm;
        }

        public void setRealm(String realm) {
            this.realm = realm;
        }

        @Override
        List<Object> key() {
            return List.of(users, String.valueOf(getFile()), realm, String.valueOf(getUserHeader()));
        }
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("file", "realm", "userHeader");
    }

    @Override
    Rule make(Config config) {
        return BasicAuth.of(config.getUsers(), config.getFile(), config.getRealm(), config.getUserHeader(),
                checks, files);
    }
}
