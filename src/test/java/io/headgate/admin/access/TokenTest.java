package io.headgate.admin.access;

import static org.assertj.core.api.Assertions.assertThat;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.headgate.testing.LogLines;
import io.headgate.testing.Ports;
import io.headgate.testing.TestGateway;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Writes with bearer tokens. */
class TokenTest {

    private static final String MEMBER = "/actuator/pools/orders/members/a";
    private static final String POOL = """
            headgate.pools.orders: { members: [ { id: a, address: "127.0.0.1:1" } ], health: { check: none } }
            """;

    private static TokenIssuer issuer;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        issuer = new TokenIssuer();
        gateway = TestGateway.start(POOL + "headgate.management.jwt: { issuer: \"" + issuer.url()
                + "\", audience: headgate }\n");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        issuer.close();
    }

    @Test
    void aTokenWithTheAuthorityWritesAndItsSubjectIsInTheAuditLog() {
        try (LogLines audit = new LogLines("headgate.audit")) {
            assertThat(write(gateway, issuer.token(claims -> claims)).statusCode()).isEqualTo(200);
            assertThat(audit.lines()).singleElement().asString()
                    .startsWith("result=done who=alice from=127.0.0.1 what=member orders/a");
        }
        assertThat(write(gateway, issuer.token(claims -> claims.claim("scope", List.of("headgate:write"))))
                .statusCode()).isEqualTo(200);
        assertThat(gateway.command(MEMBER, "{\"weight\": 2}").statusCode()).as("the password too")
                .isEqualTo(200);
    }

    @Test
    void aTokenThatProvesNothingIs401() throws Exception {
        refused(issuer.token(claims -> claims.expirationTime(TokenIssuer.inHours(-1))), "expired");
        refused(issuer.token(claims -> claims.expirationTime(null)), "exp");
        refused(issuer.token(claims -> claims.notBeforeTime(TokenIssuer.inHours(1))), "before");
        refused(issuer.token(claims -> claims.issuer("https://elsewhere.example")), "iss");
        refused(issuer.token(claims -> claims.audience("another")), "aud");
        refused(issuer.token(claims -> claims.subject(null)), "sub");
        refused(issuer.sign(claims -> claims, TokenIssuer.newKey("one")), "signature");
        String good = issuer.token(claims -> claims);
        refused(good.substring(0, good.lastIndexOf('.') + 1), "");
        refused(good.substring(0, good.length() - 4), "");
        refused("x", "");
        refused("", "");
        JWTClaimsSet claims = SignedJWT.parse(good).getJWTClaimsSet();
        refused(new PlainJWT(claims).serialize(), "");
        SignedJWT symmetric = new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(),
                claims);
        symmetric.sign(new MACSigner(issuer.key().toRSAPublicKey().getEncoded()));
        refused(symmetric.serialize(), "");
    }

    @Test
    void aTokenWithoutTheAuthorityIs403AndItIsNotedWhose() {
        try (LogLines audit = new LogLines("headgate.audit")) {
            for (UnaryOperator<JWTClaimsSet.Builder> change : List.<UnaryOperator<JWTClaimsSet.Builder>>of(
                    claims -> claims.claim("scope", null), claims -> claims.claim("scope", "openid"),
                    claims -> claims.claim("scope", "headgate:writer"),
                    claims -> claims.claim("scope", Map.of("headgate:write", true)))) {
                HttpResponse<String> answer = write(gateway, issuer.token(change));
                assertThat(answer.statusCode()).isEqualTo(403);
                assertThat(answer.body()).contains("a token without headgate:write");
                assertThat(answer.headers().firstValue("WWW-Authenticate")).get().asString()
                        .contains("insufficient_scope");
            }
            assertThat(audit.lines()).hasSize(4).allSatisfy(line -> assertThat(line)
                    .startsWith("result=refused who=alice from=127.0.0.1").contains("status=403"));
        }
    }

    @Test
    void whateverKeysTokensClaimTheIssuerIsNotAskedForEach() throws Exception {
        for (int i = 0; i < 10; i++) {
            int status = write(gateway, issuer.sign(claims -> claims, TokenIssuer.newKey("key" + i)))
                    .statusCode();
            assertThat(status).isIn(401, 503);
        }
        assertThat(issuer.keysFetched()).isLessThan(5);
        assertThat(write(gateway, issuer.token(claims -> claims)).statusCode()).isEqualTo(200);
    }

    @Test
    void keysThatAreNotToBeHadAre503AndThePasswordIsTakenAllTheSame() {
        try (TestGateway alone = TestGateway.start(POOL
                + "headgate.management.jwt.jwk-set-uri: http://127.0.0.1:" + Ports.free()
                + "/keys\n")) {
            HttpResponse<String> answer = write(alone, issuer.token(claims -> claims));
            assertThat(answer.statusCode()).isEqualTo(503);
            assertThat(answer.body()).contains("the issuer's keys are not available");
            assertThat(alone.command(MEMBER, "{\"weight\": 2}").statusCode()).isEqualTo(200);
        }
    }

    @Test
    void aKeyFromAFileAndAuthoritiesFurtherDown(@TempDir Path folder) throws Exception {
        Path pem = Files.writeString(folder.resolve("key.pem"), "-----BEGIN PUBLIC KEY-----\n"
                + Base64.getMimeEncoder().encodeToString(issuer.key().toRSAPublicKey().getEncoded())
                + "\n-----END PUBLIC KEY-----\n");
        try (TestGateway alone = TestGateway.start(POOL + """
                headgate.management.jwt:
                  { public-key: "%s", claim: realm_access.roles, authority: ops, user-claim: email }
                """.formatted(pem)); LogLines audit = new LogLines("headgate.audit")) {
            assertThat(write(alone, issuer.token(claims -> claims.claim("email", "bob@example.org")
                    .claim("realm_access", Map.of("roles", List.of("ops"))))).statusCode()).isEqualTo(200);
            assertThat(audit.lines()).singleElement().asString().contains("who=bob@example.org");
            assertThat(write(alone, issuer.token(claims -> claims.claim("email", "bob"))).statusCode())
                    .isEqualTo(403);
            assertThat(write(alone, issuer.token(claims -> claims)).statusCode()).isEqualTo(401);
            assertThat(write(alone, issuer.sign(claims -> claims.claim("email", "bob"),
                    TokenIssuer.newKey("one"))).statusCode()).isEqualTo(401);
        }
    }

    private static void refused(String token, String because) {
        HttpResponse<String> answer = write(gateway, token);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(401);
        assertThat(answer.body()).contains("Authorization: ", because,
                "(expected: a bearer token with headgate:write in scope, or HTTP basic");
        assertThat(answer.headers().allValues("WWW-Authenticate")).hasSize(2)
                .anyMatch(challenge -> challenge.startsWith("Bearer "));
    }

    private static HttpResponse<String> write(TestGateway to, String token) {
        return to.command(HttpRequest.newBuilder().POST(BodyPublishers.ofString("{\"weight\": \"default\"}")),
                MEMBER,
                "Content-Type", "application/json", "Authorization", "Bearer " + token);
    }
}
