package io.headgate.acme;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Function;

/**
 * What the authority gets that asks whether a name is ours (RFC 8555, 8.3). It is read from the folder, as
 * any replica may be asked.
 */
public final class Proofs implements Function<String, CompletableFuture<Optional<String>>>, AutoCloseable {

    /** Anybody may ask; the authority asks a few times. */
    private static final int AT_ONCE = 32;

    private final CertificateFolder folder;
    private final Semaphore places = new Semaphore(AT_ONCE);
    private final ExecutorService readers = Executors.newVirtualThreadPerTaskExecutor();

    public Proofs(CertificateFolder folder) {
        this.folder = folder;
    }

    /** Nothing for a token that is unknown, or when too many ask at once. */
    @Override
    public CompletableFuture<Optional<String>> apply(String token) {
        if (!places.tryAcquire()) {
            return CompletableFuture.completedFuture(Optional.empty());
        }
        return CompletableFuture.supplyAsync(() -> {
            try {
                return Optional.ofNullable(folder.proof(token));
            } catch (IOException e) {
                throw new CompletionException(e);
            }
        }, readers).whenComplete((proof, error) -> places.release());
    }

    @Override
    public void close() {
        readers.shutdownNow();
    }
}
