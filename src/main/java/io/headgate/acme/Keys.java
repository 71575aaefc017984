package io.headgate.acme;

import java.io.IOException;
import java.io.Reader;
import java.io.StringWriter;
import java.security.KeyPair;
import java.security.Security;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.shredzone.acme4j.util.KeyPairUtils;

/**
 * Keys, made by Bouncy Castle, which acme4j asks for by its name: it is a provider only where ACME is used.
 */
final class Keys {

    private static final String CURVE = "secp256r1";
    private static final int RSA_BITS = 2048;

    static {
        if (Security.getProvider(BouncyCastleProvider.PROVIDER_NAME) == null) {
            Security.addProvider(new BouncyCastleProvider());
        }
    }

    private Keys() {
    }

    static KeyPair make() {
        return KeyPairUtils.createECKeyPair(CURVE);
    }

    /** The placeholder is signed with RSA. */
    static KeyPair makeRsa() {
        return KeyPairUtils.createKeyPair(RSA_BITS);
    }

    static KeyPair read(Reader pem) throws IOException {
        return KeyPairUtils.readKeyPair(pem);
    }

    static String written(KeyPair key) throws IOException {
        StringWriter pem = new StringWriter();
        KeyPairUtils.writeKeyPair(key, pem);
        return pem.toString();
    }
}
