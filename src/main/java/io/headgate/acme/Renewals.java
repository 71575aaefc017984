package io.headgate.acme;

import io.headgate.acme.Authority.Window;
import io.headgate.net.Recurring;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.attribute.FileTime;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;
import org.shredzone.acme4j.exception.AcmeException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps certificates valid: looks every few seconds whether another replica has put a new one into the
 * folder, and orders one when it is time. While the authority is away, the last one stays in use.
 */
public final class Renewals implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger("headgate.acme");
    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration SUGGESTION = Duration.ofHours(6);
    private static final Duration FIRST_PAUSE = Duration.ofMinutes(1);
    /** Replicas that want different names must not order in turn. */
    private static final Duration BETWEEN_ORDERS = Duration.ofHours(1);
    private static final Duration LONGEST_PAUSE = Duration.ofHours(6);

    private final CertificateFolder folder;
    private final Authority authority;
    private final InstantSource clock;
    private final BiConsumer<String, Issued> use;
    private final List<Kept> all;
    private final ScheduledExecutorService thread = Executors
            .newSingleThreadScheduledExecutor(new DefaultThreadFactory("headgate-acme", true));

    /**
     * Does nothing until it is started.
     *
     * @param use puts the certificate of a name to use
     */
    public Renewals(List<Wanted> wanted, CertificateFolder folder, Authority authority, InstantSource clock,
            BiConsumer<String, Issued> use) {
        this.folder = folder;
        this.authority = authority;
        this.clock = clock;
        this.use = use;
        this.all = wanted.stream().map(Kept::new).toList();
    }

    /** From now on. */
    public void start() {
        Future<?> _ = Recurring.every(LOOK, thread, "Looking after certificates",
                () -> all.forEach(Kept::look));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }

    /** One certificate; only the thread above looks at it. */
    private final class Kept {

        private final Wanted wanted;
        private @Nullable FileTime seen;
        private @Nullable X509Certificate now;
        private @Nullable Window suggested;
        private Instant suggestedUntil = Instant.MIN;
        private Instant notBefore = Instant.MIN;
        private Instant ordered = Instant.MIN;
        private Duration pause = FIRST_PAUSE;

        Kept(Wanted wanted) {
            this.wanted = wanted;
        }

        void look() {
            try {
                read();
                Instant time = clock.instant();
                if (!time.isBefore(notBefore) && !time.minus(BETWEEN_ORDERS).isBefore(ordered)
                        && isDue(time)) {
                    renew();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (AcmeException | IOException | RuntimeException e) {
                authority.forget();
                notBefore = clock.instant().plus(pause);
                LOG.error("Certificate {}: {}; tried again in {} s{}", wanted.name(), e.getMessage(),
                        pause.toSeconds(), now == null ? "" : ", until then the last one stays in use");
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0
                        ? LONGEST_PAUSE
                        : pause.multipliedBy(2);
            }
        }

        /** Uses what this or another replica has written. */
        private void read() throws IOException {
            FileTime written = folder.written(wanted.name());
            if (written == null || written.equals(seen)) {
                return;
            }
            seen = written; // once: what is wrong with it stays wrong
            Issued issued = folder.read(wanted.name());
            if (issued == null || issued.certificate().equals(now)) {
                return;
            }
            use.accept(wanted.name(), issued);
            now = issued.certificate();
            suggestedUntil = Instant.MIN;
            notBefore = Instant.MIN;
            pause = FIRST_PAUSE;
            LOG.info("Certificate {} for {} is in use, valid until {}", wanted.name(), wanted.hosts(),
                    issued.certificate().getNotAfter().toInstant());
        }

        private boolean isDue(Instant time) {
            X509Certificate mine = now;
            if (mine == null || !RenewalTime.covers(mine, wanted.hosts())) {
                return true;
            }
            if (!time.isBefore(suggestedUntil)) {
                suggestedUntil = time.plus(SUGGESTION);
                ask(mine);
            }
            return !time.isBefore(RenewalTime.of(mine, suggested));
        }

        /** No answer is no reason to renew, nor not to. */
        private void ask(X509Certificate about) {
            try {
                suggested = authority.suggested(about);
            } catch (AcmeException | IOException | RuntimeException e) {
                authority.forget();
                suggested = null;
                LOG.warn("Certificate {}: the authority does not say when to renew it: {}", wanted.name(),
                        e.getMessage());
            }
        }

        private void renew() throws AcmeException, IOException, InterruptedException {
            try (Closeable lock = folder.lock()) {
                if (lock == null) {
                    return; // another replica asks; what it gets is read at the next look
                }
                FileTime written = folder.written(wanted.name());
                if (written == null || written.equals(seen)) { // else another one was faster
                    LOG.info("Certificate {} for {} is ordered", wanted.name(), wanted.hosts());
                    folder.write(wanted.name(), authority.issue(wanted.hosts(), now));
                    ordered = clock.instant();
                }
            }
            read();
        }
    }
}
