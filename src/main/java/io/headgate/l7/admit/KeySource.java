package io.headgate.l7.admit;

import com.nimbusds.jose.jwk.JWKSet;
import io.netty.util.concurrent.DefaultThreadFactory;
import io.netty.util.concurrent.Ticker;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The keys with which an issuer signs its tokens. They are fetched when the first token comes, and again in
 * the background when they are used and older than {@link #AGE}. While the issuer is away, those that were
 * fetched last stay in use. A key that is not known yet is looked for at most every {@link #BETWEEN},
 * whatever tokens claim.
 */
final class KeySource {

    static final Duration AGE = Duration.ofMinutes(5);
    static final Duration BETWEEN = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger("headgate.auth");
    private static final Duration TIMEOUT = Duration.ofSeconds(3);
    private static final int LARGEST = 512 * 1024;
    private static final JsonMapper MAPPER = new JsonMapper();

    private static final ThreadPoolExecutor THREADS = new ThreadPoolExecutor(2, 2, 10, TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(100), new DefaultThreadFactory("headgate-keys", true));
    private static final HttpClient HTTP = HttpClient.newBuilder().connectTimeout(TIMEOUT).build();

    static {
        THREADS.allowCoreThreadTimeOut(true);
    }

    private final @Nullable String issuer;
    private final @Nullable String address;
    private final Ticker ticker;
    private volatile @Nullable JWKSet keys;
    private volatile long fetched;
    private @Nullable CompletableFuture<@Nullable JWKSet> underWay;
    private long tried;
    private boolean failing;

    /**
     * Fetches nothing yet.
     *
     * @param address of the keys; null if the issuer's metadata names it
     * @throws IllegalArgumentException if one could put keys of his own between
     */
    KeySource(@Nullable String issuer, @Nullable String address, Ticker ticker) {
        this.issuer = issuer;
        this.address = address == null ? null : checked("jwkSetUri", address);
        this.ticker = ticker;
        if (address == null) {
            checked("issuer", String.valueOf(issuer));
        }
    }

    private static String checked(String name, String address) {
        try {
            URI uri = new URI(address);
            boolean local = "http".equals(uri.getScheme())
                    && ("localhost".equals(uri.getHost())
                            || String.valueOf(uri.getHost()).startsWith("127."));
            if (uri.getHost() != null && (local || "https".equals(uri.getScheme()))) {
                return address;
            }
        } catch (URISyntaxException e) {
            // reported below
        }
        throw new IllegalArgumentException(name + ": " + address
                + " (expected: an https URL, because keys from elsewhere have to come over TLS; http only to"
                + " this machine)");
    }

    /** What is known; null if nothing could be fetched yet. Begins to fetch if that is old. */
    @Nullable
    JWKSet known() {
        JWKSet now = keys;
        if (now != null && ticker.nanoTime() - fetched > AGE.toNanos()) {
            CompletableFuture<?> _ = fetch();
        }
        return now;
    }

    /**
     * Fetches them, unless that was tried a moment ago. Completes with what is known then.
     */
    synchronized CompletableFuture<@Nullable JWKSet> fetch() {
        CompletableFuture<@Nullable JWKSet> running = underWay;
        if (running != null) {
            return running;
        }
        Duration pause = keys == null ? Duration.ofSeconds(1) : BETWEEN;
        if (tried != 0 && ticker.nanoTime() - tried < pause.toNanos()) {
            return CompletableFuture.completedFuture(keys);
        }
        tried = ticker.nanoTime();
        CompletableFuture<@Nullable JWKSet> mine = new CompletableFuture<>();
        underWay = mine;
        try {
            THREADS.execute(() -> complete(mine));
        } catch (RejectedExecutionException e) {
            underWay = null;
            mine.complete(keys);
        }
        return mine;
    }

    private void complete(CompletableFuture<@Nullable JWKSet> waiting) {
        try {
            JWKSet next = JWKSet.parse(get(address == null ? fromMetadata() : address));
            if (next.isEmpty()) {
                throw new IOException("there is no key");
            }
            keys = next;
            fetched = ticker.nanoTime();
            told(null);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | ParseException | JacksonException | IllegalArgumentException e) {
            told(e);
        } finally {
            synchronized (this) {
                underWay = null;
            }
            waiting.complete(keys);
        }
    }

    private synchronized void told(@Nullable Exception failure) {
        if (failure != null && !failing) {
            LOG.warn("The keys of {} cannot be fetched; {}: {}", address == null ? issuer : address,
                    keys == null ? "tokens cannot be checked" : "the last ones stay in use",
                    failure.toString());
        } else if (failure == null && failing) {
            LOG.info("The keys of {} can be fetched again", address == null ? issuer : address);
        }
        failing = failure != null;
    }

    private String fromMetadata() throws IOException, InterruptedException {
        String base = String.valueOf(issuer);
        JsonNode metadata = MAPPER
                .readTree(get((base.endsWith("/") ? base.substring(0, base.length() - 1) : base)
                        + "/.well-known/openid-configuration"));
        if (!metadata.path("issuer").asString("").equals(base)) {
            throw new IOException(
                    "issuer: " + metadata.path("issuer").asString("") + " (expected: " + base + ")");
        }
        return checked("jwks_uri", metadata.path("jwks_uri").asString(""));
    }

    /** The whole answer has its time, not only the head of it. */
    private static String get(String uri) throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> asked = HTTP.sendAsync(
                HttpRequest.newBuilder(URI.create(uri)).timeout(TIMEOUT).header("Accept", "application/json")
                        .build(),
                BodyHandlers.limiting(BodyHandlers.ofByteArray(), LARGEST));
        try {
            HttpResponse<byte[]> answer = asked.get(2 * TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            if (answer.statusCode() != 200) {
                throw new IOException("status " + answer.statusCode());
            }
            return new String(answer.body(), StandardCharsets.UTF_8);
        } catch (TimeoutException e) {
            asked.cancel(true);
            throw new IOException("no whole answer in time", e);
        } catch (ExecutionException e) {
            throw new IOException(String.valueOf(e.getCause()), e);
        }
    }
}
