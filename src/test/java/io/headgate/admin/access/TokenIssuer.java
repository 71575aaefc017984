package io.headgate.admin.access;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Date;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;

/** Issues tokens, and tells by HTTP which keys they are signed with. */
final class TokenIssuer implements AutoCloseable {

    private final HttpServer server = HttpServer
            .create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    private final AtomicInteger keysFetched = new AtomicInteger();
    private final RSAKey key = newKey("one");

    TokenIssuer() throws IOException, JOSEException {
        answer("/.well-known/openid-configuration",
                "{\"issuer\": \"" + url() + "\", \"jwks_uri\": \"" + url() + "/keys\"}", new AtomicInteger());
        answer("/keys", new JWKSet(key).toString(), keysFetched);
        server.start();
    }

    private void answer(String path, String json, AtomicInteger count) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        server.createContext(path, exchange -> {
            count.incrementAndGet();
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    int keysFetched() {
        return keysFetched.get();
    }

    RSAKey key() {
        return key;
    }

    static RSAKey newKey(String id) throws JOSEException {
        return new RSAKeyGenerator(2048).keyID(id).generate();
    }

    /** A token of alice's with which she may write, until this is changed. */
    String token(UnaryOperator<JWTClaimsSet.Builder> change) {
        return sign(change, key);
    }

    String sign(UnaryOperator<JWTClaimsSet.Builder> change, RSAKey with) {
        JWTClaimsSet.Builder claims = new JWTClaimsSet.Builder().issuer(url()).subject("alice")
                .audience("headgate").claim("scope", "openid headgate:write").expirationTime(inHours(1));
        SignedJWT token = new SignedJWT(
                new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(with.getKeyID()).build(),
                change.apply(claims).build());
        try {
            token.sign(new RSASSASigner(with));
        } catch (JOSEException e) {
            throw new IllegalStateException(e);
        }
        return token.serialize();
    }

    static Date inHours(int hours) {
        return Date.from(Clock.systemUTC().instant().plus(Duration.ofHours(hours)));
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
