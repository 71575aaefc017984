package io.headgate.acme;

import java.io.IOException;
import java.net.URI;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.AccountBuilder;
import org.shredzone.acme4j.Authorization;
import org.shredzone.acme4j.Login;
import org.shredzone.acme4j.Order;
import org.shredzone.acme4j.OrderBuilder;
import org.shredzone.acme4j.Problem;
import org.shredzone.acme4j.RenewalInfo;
import org.shredzone.acme4j.Session;
import org.shredzone.acme4j.Status;
import org.shredzone.acme4j.challenge.Http01Challenge;
import org.shredzone.acme4j.exception.AcmeException;
import org.shredzone.acme4j.exception.AcmeNotSupportedException;

/** The authority that issues certificates. All its methods wait for it. */
public final class Authority {

    private static final Duration PATIENCE = Duration.ofMinutes(2);
    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    private final URI directory;
    private final @Nullable String email;
    private final @Nullable SSLContext trust;
    private final CertificateFolder folder;
    private @Nullable Login login;

    /**
     * Is asked for nothing yet.
     *
     * @param email where the authority may write to; null for nowhere
     * @param trust with which its own certificate is checked; null for the system's authorities
     */
    public Authority(URI directory, @Nullable String email, @Nullable SSLContext trust,
            CertificateFolder folder) {
        this.directory = directory;
        this.email = email;
        this.trust = trust;
        this.folder = folder;
    }

    /**
     * Orders a certificate, proves that the names are ours, and waits for it.
     *
     * @param old the one that it replaces; null for none
     */
    Issued issue(List<String> hosts, @Nullable X509Certificate old)
            throws AcmeException, IOException, InterruptedException {
        List<String> tokens = new ArrayList<>();
        try {
            Order order = order(hosts, old);
            for (Authorization authorization : order.getAuthorizations()) {
                prove(authorization, tokens);
            }
            expect(order.waitUntilReady(PATIENCE), Status.READY, order.getError().orElse(null));
            KeyPair key = Keys.make();
            order.execute(key);
            expect(order.waitForCompletion(PATIENCE), Status.VALID, order.getError().orElse(null));
            return new Issued(key.getPrivate(), order.getCertificate().getCertificateChain());
        } finally {
            for (String token : tokens) {
                folder.proveNoLonger(token);
            }
        }
    }

    private Order order(List<String> hosts, @Nullable X509Certificate old)
            throws AcmeException, IOException {
        OrderBuilder builder = login().newOrder().domains(hosts);
        if (old != null && offersRenewalInfo(old)) {
            builder.replaces(old);
        }
        return builder.create();
    }

    private boolean offersRenewalInfo(X509Certificate of) throws AcmeException, IOException {
        try {
            RenewalInfo _ = login().bindRenewalInfo(of);
            return true;
        } catch (AcmeNotSupportedException e) {
            return false;
        }
    }

    private void prove(Authorization authorization, List<String> tokens)
            throws AcmeException, IOException, InterruptedException {
        if (authorization.getStatus() == Status.VALID) {
            return;
        }
        Http01Challenge challenge = authorization.findChallenge(Http01Challenge.class)
                .orElseThrow(() -> new AcmeException("the authority offers no http-01 for "
                        + authorization.getIdentifier().getDomain()));
        tokens.add(challenge.getToken());
        folder.prove(challenge.getToken(), challenge.getAuthorization());
        challenge.trigger();
        Status status = challenge.waitForCompletion(PATIENCE);
        expect(status, Status.VALID, challenge.getError().orElse(null));
    }

    private static void expect(Status is, Status expected, @Nullable Problem problem) throws AcmeException {
        if (is != expected && is != Status.VALID) {
            throw new AcmeException(
                    problem == null ? "the order is " + is : problem.getDetail().orElse(problem.toString()));
        }
    }

    /** When the authority suggests to renew a certificate (RFC 9773); null if it suggests nothing. */
    @Nullable
    Window suggested(X509Certificate certificate) throws AcmeException, IOException {
        try {
            RenewalInfo info = login().bindRenewalInfo(certificate);
            return new Window(info.getSuggestedWindowStart(), info.getSuggestedWindowEnd());
        } catch (AcmeNotSupportedException e) {
            return null;
        }
    }

    /** From when to when. */
    record Window(Instant start, Instant end) {}

    private Login login() throws AcmeException, IOException {
        Login known = login;
        if (known == null) {
            Session session = trust == null
                    ? new Session(directory)
                    : new Session(directory, new Trusting(trust));
            session.networkSettings().setTimeout(TIMEOUT);
            AccountBuilder account = new AccountBuilder().agreeToTermsOfService()
                    .useKeyPair(folder.accountKey());
            if (email != null) {
                account.addEmail(email);
            }
            known = account.createLogin(session);
            login = known;
        }
        return known;
    }

    /** What failed may have been the session: the next question begins another one. */
    void forget() {
        login = null;
    }
}
