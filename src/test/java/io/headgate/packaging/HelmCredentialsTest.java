package io.headgate.packaging;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import java.util.Base64;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** The credentials of the management port, which listens beyond loopback in a pod. */
class HelmCredentialsTest {

    @Test
    void a_password_is_made_and_its_hash_reaches_the_pod() {
        Manifests manifests = HelmChart.render("management: { user: ops }");
        Secret secret = manifests.one(Secret.class);
        assertThat(secret.getMetadata().getName()).isEqualTo("gateway-headgate-management");
        String hash = text(secret, "password-hash");
        assertThat(hash).startsWith("{bcrypt}$2");
        assertThat(new BCryptPasswordEncoder().matches(text(secret, "password"), hash.substring(8))).isTrue();
        assertThat(text(secret, "user")).isEqualTo("ops");
        assertThat(references(manifests)).isEqualTo(
                Map.of("HEADGATE_MANAGEMENT_USER", "gateway-headgate-management/user",
                        "HEADGATE_MANAGEMENT_PASSWORD", "gateway-headgate-management/password-hash"));
    }

    @Test
    void each_installation_has_its_own_password() {
        assertThat(text(HelmChart.render("{}").one(Secret.class), "password")).hasSize(32)
                .isNotEqualTo(text(HelmChart.render("{}").one(Secret.class), "password"));
    }

    @Test
    void an_upgrade_keeps_the_secret_that_is_there() {
        Secret kept = HelmChart.upgrade("{}",
                "(dict \"data\" (dict \"user\" \"b3Bz\" \"password\" \"cA==\" \"password-hash\" \"aA==\"))")
                .one(Secret.class);
        assertThat(kept.getData())
                .isEqualTo(Map.of("user", "b3Bz", "password", "cA==", "password-hash", "aA=="));
    }

    @Test
    void a_secret_of_the_users_takes_its_place() {
        Manifests manifests = HelmChart.render("management: { existingSecret: mine }");
        assertThat(manifests.all(Secret.class)).isEmpty();
        assertThat(references(manifests)).isEqualTo(Map.of("HEADGATE_MANAGEMENT_USER", "mine/user",
                "HEADGATE_MANAGEMENT_PASSWORD", "mine/password-hash"));
    }

    @Test
    void credentials_in_the_configuration_take_its_place_too() {
        Manifests manifests = HelmChart.render("config: { headgate: { management: { password: x } } }");
        assertThat(manifests.all(Secret.class)).isEmpty();
        assertThat(references(manifests)).isEmpty();
    }

    private static String text(Secret secret, String key) {
        return new String(Base64.getDecoder().decode(Objects.requireNonNull(secret.getData().get(key))),
                UTF_8);
    }

    /** Variables that come from Secrets, as SECRET/KEY. */
    private static Map<String, String> references(Manifests manifests) {
        return manifests.headgate().getEnv().stream()
                .filter(v -> v.getValueFrom() != null && v.getValueFrom().getSecretKeyRef() != null)
                .collect(Collectors.toMap(v -> v.getName(),
                        v -> v.getValueFrom().getSecretKeyRef().getName() + "/"
                                + v.getValueFrom().getSecretKeyRef().getKey()));
    }
}
