package io.headgate.l7;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import io.headgate.testing.AccessLines;
import io.headgate.testing.LogLines;
import io.headgate.testing.RawServer;
import io.headgate.testing.TestGateway;
import io.headgate.testing.Wire;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Date;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.security.crypto.bcrypt.BCryptPasswordEncoder;

/** Filters that decide who may come in: below / on the fast lane, below /slow on the slow one. */
@SuppressWarnings("NullAway.Init") // before all tests
class AdmissionTest {

    private static final String ISSUER = "https://issuer.example";

    /** Answers with the head that came. */
    private static final RawServer MEMBER = new RawServer(socket -> {
        for (String head = RawServer.head(socket); !head.isEmpty(); head = RawServer.head(socket)) {
            RawServer.write(socket,
                    "HTTP/1.1 200 OK\r\nContent-Length: " + head.length() + "\r\n\r\n" + head);
        }
    });
    private static final AtomicReference<String> KEYS = new AtomicReference<>("");
    private static final AtomicInteger FETCHES = new AtomicInteger();
    private static final RawServer ISSUERS_SERVER = new RawServer(socket -> {
        if (RawServer.readHead(socket)) {
            FETCHES.incrementAndGet();
            String keys = KEYS.get();
            RawServer.write(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: " + keys.length()
                    + "\r\n\r\n" + keys);
        }
    });

    @TempDir
    private static Path folder;
    private static RSAKey rsa;
    private static ECKey ec;
    private static KeyPair edwards;
    private static RSAKey foreign;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        rsa = new RSAKeyGenerator(2048).keyID("r1").generate();
        ec = new ECKeyGenerator(Curve.P_256).keyID("e1").generate();
        foreign = new RSAKeyGenerator(2048).keyID("r1").generate();
        edwards = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
        byte[] encoded = edwards.getPublic().getEncoded();
        OctetKeyPair octets = new OctetKeyPair.Builder(Curve.Ed25519,
                Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length)))
                .keyID("o1").build();
        KEYS.set(new JWKSet(List.<JWK>of(rsa, ec, octets)).toPublicJWKSet().toString());
        BCryptPasswordEncoder bcrypt = new BCryptPasswordEncoder(4);
        Files.writeString(folder.resolve("users"), "# who may\nann:" + bcrypt.encode("secret") + "\nbob:"
                + bcrypt.encode("pass:word") + "\n");
        Files.writeString(folder.resolve("keys"), "robot:" + sha256("key-of-the-robot") + "\n");
        StringBuilder routes = new StringBuilder();
        for (String slow : List.of("", "/slow")) {
            String more = slow.isEmpty() ? "" : ", \"SaveSession\"";
            Map<String, String> filters = new LinkedHashMap<>();
            filters.put("basic", "{ name: BasicAuth, args: { file: " + folder.resolve("users")
                    + ", user-header: X-User } }");
            filters.put("key", "{ name: ApiKey, args: { file: " + folder.resolve("keys")
                    + ", user-header: X-User } }");
            filters.put("inside", "\"IpAllow=127.0.0.0/8, 10.0.0.0/8\"");
            filters.put("outside", "\"IpAllow=10.0.0.0/8, 2001:db8::/32\"");
            filters.put("jwt", "{ name: Jwt, args: { issuer: \"" + ISSUER + "\", jwk-set-uri: \"http://"
                    + ISSUERS_SERVER.address()
                    + "/keys\", audience: shop, headers: \"X-User=sub, X-Mail=email\" } }");
            filters.put("scoped", "{ name: Jwt, args: { issuer: \"" + ISSUER + "\", jwk-set-uri: \"http://"
                    + ISSUERS_SERVER.address() + "/keys\", scopes: \"read, write\", forward: false } }");
            filters.put("limited", "{ name: Jwt, args: { issuer: \"" + ISSUER + "\", jwk-set-uri: \"http://"
                    + ISSUERS_SERVER.address() + "/keys\", headers: \"X-Tenant=tenant\" } }, "
                    + "{ name: RateLimit, args: { rate: 3/d, key: \"header:X-Tenant\" } }, "
                    + "{ name: RateLimit, args: { rate: 2/d, key: user } }");
            filters.put("open", "\"AddRequestHeader=X-Open, yes\"");
            filters.forEach((name, filter) -> routes.append("  - { id: \"").append(name).append(slow)
                    .append("\", uri: \"lb://all\", predicates: [ \"Path=").append(slow).append("/")
                    .append(name).append("\" ], filters: [ ").append(filter).append(more).append(" ] }\n"));
        }
        gateway = TestGateway.start("""
                headgate:
                  access-log.enabled: true
                  pools: { all: { members: [ "%s" ] } }
                spring.cloud.gateway.server.webflux.routes:
                %s
                """.formatted(MEMBER.address(), routes));
        await().until(() -> gateway.get("/open").statusCode() == 200);
    }

    @AfterAll
    static void stop() {
        gateway.close();
        MEMBER.close();
        ISSUERS_SERVER.close();
    }

    private static String sha256(String text) throws Exception {
        return HexFormat.of().formatHex(
                MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static String basic(String credentials) {
        return "Basic "
                + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8));
    }

    private static HttpResponse<String> basic(String path, String credentials) {
        return gateway.get(path, "Authorization", basic(credentials));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void aNameAndItsPasswordComeIn(String slow) {
        try (AccessLines access = new AccessLines()) {
            assertThat(basic(slow + "/basic", "ann:secret").body()).containsIgnoringCase("X-User: ann\r\n");
            assertThat(basic(slow + "/basic", "bob:pass:word").body())
                    .containsIgnoringCase("X-User: bob\r\n");
            for (int i = 0; i < 3; i++) { // by then it is known
                assertThat(basic(slow + "/basic", "ann:secret").statusCode()).isEqualTo(200);
            }
            await().atMost(Duration.ofSeconds(60)).until(() -> access.lines().stream().filter(
                    line -> line.contains("target=" + slow + "/basic ") && line.contains("status=200"))
                    .count() >= 5);
            assertThat(access.lines()).anyMatch(
                    line -> line.contains("lane=" + (slow.isEmpty() ? "fast" : "slow")));
            assertThat(access.lines()).filteredOn(line -> line.contains("user=ann "))
                    .hasSizeGreaterThanOrEqualTo(4);
            assertThat(access.lines()).filteredOn(line -> line.contains("user=bob ")).isNotEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void everybodyElseIsAskedForThem(String slow) throws Exception {
        try (AccessLines access = new AccessLines()) {
            HttpResponse<String> asked = gateway.get(slow + "/basic");
            assertThat(asked.statusCode()).isEqualTo(401);
            assertThat(asked.headers().firstValue("www-authenticate"))
                    .hasValue("Basic realm=\"headgate\", charset=\"UTF-8\"");
            for (String wrong : List.of("ann:wrong", "eve:secret", ":", "ann", "ann:")) {
                assertThat(basic(slow + "/basic", wrong).statusCode()).as(wrong).isEqualTo(401);
            }
            assertThat(gateway.get(slow + "/basic", "Authorization", "Bearer ann:secret").statusCode())
                    .isEqualTo(401);
            assertThat(gateway.get(slow + "/basic", "Authorization", "Basic %%%").statusCode())
                    .isEqualTo(401);
            try (Wire twice = new Wire(gateway.port())) {
                String line = "Authorization: " + basic("ann:secret") + "\r\n";
                assertThat(twice.send("GET " + slow + "/basic HTTP/1.1\r\nHost: x\r\n" + line + line
                        + "Connection: close\r\n\r\n").readAll()).startsWith("HTTP/1.1 4");
            }
            await().until(() -> access.lines().stream()
                    .filter(line -> line.contains("reason=unauthenticated")).count() >= 8);
        }
    }

    @Test
    void whoTriesTooOftenWaits() throws Exception {
        try (TestGateway own = TestGateway.start("""
                headgate.pools: { all: { members: [ "%s" ] } }
                spring.cloud.gateway.server.webflux.routes:
                  - { id: basic, uri: "lb://all", predicates: [ "Path=/basic" ], filters: [ "BasicAuth=%s" ] }
                """.formatted(MEMBER.address(), folder.resolve("users")))) {
            await().until(() -> own.get("/basic", "Authorization", basic("ann:secret")).statusCode() == 200);
            List<Integer> statuses = new ArrayList<>();
            for (int i = 0; i < 25; i++) {
                statuses.add(own.get("/basic", "Authorization", basic("ann:guess" + i)).statusCode());
            }
            assertThat(statuses.subList(0, 20)).containsOnly(401);
            assertThat(statuses.subList(20, 25)).containsOnly(429);
            assertThat(own.get("/basic", "Authorization", basic("ann:secret")).statusCode())
                    .as("known already").isEqualTo(200);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void aKeyComesInAndStaysHere(String slow) {
        HttpResponse<String> answer = gateway.get(slow + "/key", "x-api-key", "key-of-the-robot");
        assertThat(answer.body()).containsIgnoringCase("X-User: robot\r\n")
                .doesNotContain("key-of-the-robot");
        assertThat(gateway.get(slow + "/key", "x-api-key", "another").statusCode()).isEqualTo(401);
        assertThat(gateway.get(slow + "/key").statusCode()).isEqualTo(401);
    }

    @Test
    void aFileIsReadAgainAndABrokenOneIsNot() throws Exception {
        Path keys = folder.resolve("keys");
        String before = Files.readString(keys);
        // who asks until it succeeds fails too often and has to wait
        try (LogLines log = new LogLines("headgate.reload")) {
            Files.writeString(keys, before + "late:" + sha256("late-key") + "\n");
            await().atMost(Duration.ofSeconds(60)).until(() -> log.have(keys + " read again"));
            assertThat(gateway.get("/key", "x-api-key", "late-key").statusCode()).isEqualTo(200);
            Files.writeString(keys, "nonsense\n");
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> log.have(keys + ": the changed file is not used"));
            assertThat(gateway.get("/key", "x-api-key", "late-key").statusCode()).isEqualTo(200);
        } finally {
            Files.writeString(keys, before);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void addressesComeInByTheirNetworks(String slow) {
        assertThat(gateway.get(slow + "/inside").statusCode()).isEqualTo(200);
        try (AccessLines access = new AccessLines()) {
            assertThat(gateway.get(slow + "/outside").statusCode()).isEqualTo(403);
            await().until(() -> access.lines().stream().anyMatch(line -> line.contains("reason=denied")));
        }
    }

    /** On routes without such a filter, too: the member may believe them there. */
    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void noClientSaysWhoItIs(String slow) throws IOException {
        StringBuilder forged = new StringBuilder();
        int spellings = 0;
        for (String name : List.of("X-User", "x-user", "X-USER", "x-User", "X_User", "x_user", "X_USER",
                "x_uSER", "X-Mail", "x_mail", "X_MAIL", "x-MaIl", "Client-Cert", "client_cert",
                "CLIENT-CERT", "Client_Cert_Chain", "client-cert-chain")) {
            forged.append(name).append(": forged\r\n").append(name).append(": forged again\r\n");
            spellings += 2;
        }
        assertThat(spellings).isGreaterThan(30);
        for (String path : List.of("/open", "/inside", "/basic")) {
            try (Wire client = new Wire(gateway.port())) {
                String answer = client.send("GET " + slow + path + " HTTP/1.1\r\nHost: x\r\n" + forged
                        + "Authorization: " + basic("ann:secret") + "\r\nConnection: close\r\n\r\n")
                        .readAll();
                assertThat(answer).startsWith("HTTP/1.1 200 ").doesNotContain("forged");
            }
        }
    }

    // Tokens

    private static JWTClaimsSet.Builder claims() {
        long now = InstantSource.system().millis();
        return new JWTClaimsSet.Builder().issuer(ISSUER).audience("shop").subject("dora")
                .claim("email", "dora@example.org")
                .expirationTime(Date.from(Instant.ofEpochMilli(now + 600_000)));
    }

    private static String signed(JWSHeader header, JWTClaimsSet claims, JWSSigner signer) throws Exception {
        SignedJWT token = new SignedJWT(header, claims);
        token.sign(signer);
        return token.serialize();
    }

    /** By the JDK, as Headgate checks it: the library has another one do it. */
    private static String edwards(JWSHeader header, KeyPair key, JWTClaimsSet claims) throws Exception {
        String text = header.toBase64URL() + "." + Base64URL.encode(claims.toString());
        Signature signature = Signature.getInstance("Ed25519");
        signature.initSign(key.getPrivate());
        signature.update(text.getBytes(StandardCharsets.US_ASCII));
        return text + "." + Base64URL.encode(signature.sign());
    }

    private static String good(JWTClaimsSet claims) throws Exception {
        return signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r1").build(), claims,
                new RSASSASigner(rsa));
    }

    private static HttpResponse<String> bearer(String path, String token) {
        return gateway.get(path, "Authorization", "Bearer " + token);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void aLimitCountsByWhoHasLoggedInAndByAClaim(String slow) throws Exception {
        List<Integer> answers = new ArrayList<>();
        for (String user : List.of("ann", "ann", "ann", "bob", "bob")) {
            String token = good(claims().subject(user).claim("tenant", "t" + slow).build());
            answers.add(gateway.get(slow + "/limited", "Authorization", "Bearer " + token, "X-Tenant",
                    "mine" + answers.size()).statusCode());
        }
        assertThat(answers).as("two of each user, three of their tenant")
                .containsExactly(200, 200, 429, 429, 429);
        String token = good(claims().subject("carol").claim("tenant", "another").build());
        assertThat(bearer(slow + "/limited", token).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void aTokenOfTheIssuerComesIn(String slow) throws Exception {
        try (AccessLines access = new AccessLines()) {
            String token = good(claims().build());
            HttpResponse<String> answer = bearer(slow + "/jwt", token);
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).containsIgnoringCase("X-User: dora\r\n")
                    .containsIgnoringCase("X-Mail: dora@example.org\r\n").contains(token);
            int fetches = FETCHES.get();
            for (int i = 0; i < 5; i++) {
                assertThat(bearer(slow + "/jwt", token).statusCode()).isEqualTo(200);
            }
            assertThat(FETCHES.get()).isEqualTo(fetches);
            String elliptic = signed(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("e1")
                    .type(new JOSEObjectType("at+jwt")).build(), claims().build(), new ECDSASigner(ec));
            assertThat(bearer(slow + "/jwt", elliptic).statusCode()).isEqualTo(200);
            for (JWSAlgorithm algorithm : List.of(JWSAlgorithm.EdDSA, JWSAlgorithm.Ed25519)) {
                String octets = edwards(new JWSHeader.Builder(algorithm).keyID("o1").build(), edwards,
                        claims().build());
                assertThat(bearer(slow + "/jwt", octets).statusCode()).as(octets).isEqualTo(200);
            }
            String pss = signed(new JWSHeader.Builder(JWSAlgorithm.PS256).build(), claims().build(),
                    new RSASSASigner(rsa));
            assertThat(bearer(slow + "/jwt", pss).statusCode()).isEqualTo(200);
            await().until(
                    () -> access.lines().stream().filter(line -> line.contains("user=dora")).count() >= 8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void whatIsMissingIsSaid(String slow) throws Exception {
        String both = good(claims().claim("scope", "read write").build());
        HttpResponse<String> answer = bearer(slow + "/scoped", both);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).doesNotContain(both);
        assertThat(bearer(slow + "/scoped", good(claims().claim("scp", List.of("write", "read")).build()))
                .statusCode()).isEqualTo(200);
        HttpResponse<String> one = bearer(slow + "/scoped", good(claims().claim("scope", "read").build()));
        assertThat(one.statusCode()).isEqualTo(403);
        assertThat(one.headers().firstValue("www-authenticate"))
                .hasValue("Bearer realm=\"headgate\", error=\"insufficient_scope\"");
    }

    private static Map<String, String> badTokens() throws Exception {
        long now = InstantSource.system().millis();
        JWSSigner own = new RSASSASigner(rsa);
        byte[] publicKey = rsa.toRSAPublicKey().getEncoded();
        Map<String, String> all = new LinkedHashMap<>();
        all.put("none", new PlainJWT(claims().build()).serialize());
        all.put("none with a signature", new PlainJWT(claims().build()).serialize() + "AAAA");
        all.put("signed with the public key as a secret", signed(
                new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("r1").build(), claims().build(),
                new MACSigner(publicKey)));
        all.put("of another's key", signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r1").build(),
                claims().build(), new RSASSASigner(foreign)));
        JWSHeader octets = new JWSHeader.Builder(JWSAlgorithm.EdDSA).keyID("o1").build();
        all.put("of another's Ed25519 key", edwards(octets,
                KeyPairGenerator.getInstance("Ed25519").generateKeyPair(), claims().build()));
        all.put("by Ed25519 for an RSA key", edwards(
                new JWSHeader.Builder(JWSAlgorithm.EdDSA).keyID("r1").build(), edwards, claims().build()));
        all.put("by Ed25519 as ES256", edwards(new JWSHeader.Builder(JWSAlgorithm.ES256).keyID("o1").build(),
                edwards, claims().build()));
        String signature = edwards(octets, edwards, claims().build());
        all.put("by half of Ed25519", signature.substring(0, signature.length() - 40));
        all.put("that brings its key", signed(
                new JWSHeader.Builder(JWSAlgorithm.RS256).jwk(foreign.toPublicJWK()).build(),
                claims().build(), new RSASSASigner(foreign)));
        all.put("that says where its key is", signed(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("other")
                        .jwkURL(java.net.URI.create("http://" + ISSUERS_SERVER.address() + "/evil")).build(),
                claims().build(), new RSASSASigner(foreign)));
        for (String kid : List.of("", "e1", "../../etc/passwd", "r1' or '1'='1", "r1\u0000", "unknown")) {
            all.put("with the key id " + kid,
                    signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(kid).build(), claims().build(),
                            own));
        }
        all.put("that is over",
                good(claims().expirationTime(Date.from(Instant.ofEpochMilli(now - 120_000))).build()));
        all.put("without an end", good(claims().expirationTime(null).build()));
        all.put("that begins later",
                good(claims().notBeforeTime(Date.from(Instant.ofEpochMilli(now + 120_000))).build()));
        all.put("for others", good(claims().audience("bank").build()));
        all.put("for nobody", good(claims().audience(List.<String>of()).build()));
        all.put("of another issuer", good(claims().issuer("https://issuer.example.evil").build()));
        all.put("of nobody", good(claims().subject(null).build()));
        all.put("of somebody with a line break", good(claims().subject("dora\r\nX-Admin: yes").build()));
        all.put("of another type", signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r1")
                .type(new JOSEObjectType("secevent+jwt")).build(), claims().build(), own));
        all.put("with an unknown critical part", signed(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("r1")
                .criticalParams(java.util.Set.of("exp")).customParam("exp", 1).build(), claims().build(),
                own));
        String token = good(claims().build());
        all.put("that was cut", token.substring(0, token.length() - 4));
        all.put("without its signature", token.substring(0, token.lastIndexOf('.') + 1));
        all.put("with other claims", token.substring(0, token.indexOf('.') + 1)
                + Base64.getUrlEncoder().withoutPadding()
                        .encodeToString(
                                "{\"sub\":\"root\",\"exp\":9999999999}".getBytes(StandardCharsets.UTF_8))
                + token.substring(token.lastIndexOf('.')));
        all.put("twice", token + "." + token);
        all.put("of five parts", "a.b.c.d.e");
        all.put("that is nothing", "nothing");
        all.put("that is huge", token + "A".repeat(17_000));
        all.put("of many braces", Base64.getUrlEncoder().encodeToString("{\"a\":".repeat(3000)
                .getBytes(StandardCharsets.UTF_8)) + ".e30.AAAA");
        return all;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "/slow"})
    void noOtherTokenComesIn(String slow) throws Exception {
        assertThat(bearer(slow + "/jwt", good(claims().build())).statusCode()).isEqualTo(200);
        int fetches = FETCHES.get();
        Map<String, String> bad = badTokens();
        assertThat(bad).hasSizeGreaterThan(25);
        bad.forEach((what, token) -> assertThat(bearer(slow + "/jwt", token).statusCode()).as(what)
                .isEqualTo(401));
        assertThat(FETCHES.get()).as("unknown key ids do not make it ask each time")
                .isLessThanOrEqualTo(fetches + 3);
    }

    @Test
    void anIssuerThatIsAwayIsAUnavailabilityUntilItsKeysAreKnown() throws Exception {
        try (RawServer silent = new RawServer(
                RawServer.saying("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n{{{"));
                TestGateway own = TestGateway.start("""
                        headgate.pools: { all: { members: [ "%s" ] } }
                        spring.cloud.gateway.server.webflux.routes:
                          - { id: jwt, uri: "lb://all", predicates: [ "Path=/jwt" ], filters: [
                              { name: Jwt, args: { issuer: "%s", jwk-set-uri: "http://%s/keys" } } ] }
                        """.formatted(MEMBER.address(), ISSUER, silent.address()))) {
            String token = good(claims().build());
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> own.get("/jwt", "Authorization", "Bearer " + token).statusCode() == 503);
            String keys = KEYS.get();
            silent.behave(socket -> {
                RawServer.readHead(socket);
                RawServer.write(socket, "HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: "
                        + keys.length() + "\r\n\r\n" + keys);
            });
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> own.get("/jwt", "Authorization", "Bearer " + token).statusCode() == 200);
            silent.stop();
            assertThat(own.get("/jwt", "Authorization", "Bearer " + good(claims().subject("eve").build()))
                    .statusCode()).as("by the keys that are known").isEqualTo(200);
        }
    }
}
