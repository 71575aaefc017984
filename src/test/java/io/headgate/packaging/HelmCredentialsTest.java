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

    private static final String MANAGEMENT = "gateway-headgate-management";
    private static final String STICKY = "gateway-headgate-sticky";

    @Test
    void a_password_is_made_and_its_hash_reaches_the_pod() {
        Manifests manifests = HelmChart.render("management: { user: ops }");
        Secret secret = manifests.named(Secret.class, MANAGEMENT);
        String hash = text(secret, "password-hash");
        assertThat(hash).startsWith("{bcrypt}$2");
        assertThat(new BCryptPasswordEncoder().matches(text(secret, "password"), hash.substring(8))).isTrue();
        assertThat(text(secret, "user")).isEqualTo("ops");
        assertThat(references(manifests)).isEqualTo(Map.of("HEADGATE_MANAGEMENT_PASSWORD",
                MANAGEMENT + "/password-hash", "HEADGATE_STICKY_KEY", STICKY + "/key"));
        assertThat(user(manifests)).isEqualTo("ops");
    }

    @Test
    void each_installation_has_its_own_password() {
        assertThat(text(HelmChart.render("{}").named(Secret.class, MANAGEMENT), "password")).hasSize(32)
                .isNotEqualTo(text(HelmChart.render("{}").named(Secret.class, MANAGEMENT), "password"));
    }

    @Test
    void an_upgrade_keeps_the_secret_that_is_there() {
        Secret kept = HelmChart.upgrade("management: { user: ops }",
                "(dict \"data\" (dict \"user\" \"b3Bz\" \"password\" \"cA==\" \"password-hash\" \"aA==\"))")
                .named(Secret.class, MANAGEMENT);
        assertThat(kept.getData())
                .isEqualTo(Map.of("user", "b3Bz", "password", "cA==", "password-hash", "aA=="));
    }

    @Test
    void an_upgrade_that_renames_the_user_keeps_the_password_and_replaces_the_pods() {
        Manifests renamed = HelmChart.upgrade("management: { user: ops }",
                "(dict \"data\" (dict \"user\" \"YWRtaW4=\" \"password\" \"cA==\" \"password-hash\" \"aA==\"))");
        assertThat(renamed.named(Secret.class, MANAGEMENT).getData())
                .isEqualTo(Map.of("user", "b3Bz", "password", "cA==", "password-hash", "aA=="));
        assertThat(user(renamed)).as("in the pod's template").isEqualTo("ops");
    }

    @Test
    void a_secret_of_the_users_takes_its_place() {
        Manifests manifests = HelmChart
                .render("{ management: { existingSecret: mine }, sticky: { existingSecret: ours } }");
        assertThat(manifests.all(Secret.class)).isEmpty();
        assertThat(references(manifests)).isEqualTo(Map.of("HEADGATE_MANAGEMENT_USER", "mine/user",
                "HEADGATE_MANAGEMENT_PASSWORD", "mine/password-hash", "HEADGATE_STICKY_KEY", "ours/key"));
    }

    @Test
    void credentials_in_the_configuration_take_its_place_too() {
        Manifests manifests = HelmChart.render("config: { headgate: { management: { password: x } } }");
        assertThat(manifests.names()).doesNotContain("Secret " + MANAGEMENT);
        assertThat(references(manifests)).containsOnlyKeys("HEADGATE_STICKY_KEY");
    }

    @Test
    void each_installation_has_its_own_key_of_sticky_cookies() {
        String key = text(HelmChart.render("{}").named(Secret.class, STICKY), "key");
        assertThat(Base64.getDecoder().decode(key)).hasSize(32);
        assertThat(text(HelmChart.render("{}").named(Secret.class, STICKY), "key")).isNotEqualTo(key);
    }

    @Test
    void an_upgrade_keeps_the_key_of_sticky_cookies() {
        assertThat(HelmChart.upgrade("{}", "(dict \"data\" (dict \"key\" \"a2VwdA==\"))")
                .named(Secret.class, STICKY).getData()).isEqualTo(Map.of("key", "a2VwdA=="));
    }

    private static String user(Manifests manifests) {
        return manifests.headgate().getEnv().stream()
                .filter(v -> v.getName().equals("HEADGATE_MANAGEMENT_USER")).findFirst().orElseThrow()
                .getValue();
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
