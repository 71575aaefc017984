package io.headgate.l7.gateway;

import io.headgate.l7.mirror.Mirrors;
import io.headgate.l7.route.Copies;
import io.headgate.l7.route.Mirroring;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.cloud.gateway.filter.GatewayFilter;
import org.springframework.cloud.gateway.filter.factory.AbstractGatewayFilterFactory;
import org.springframework.util.unit.DataSize;

/**
 * {@code Mirror=POOL,PERCENT}: copies a share of a route's requests to another pool, and drops its answers.
 */
public final class MirrorGatewayFilterFactory
        extends
            AbstractGatewayFilterFactory<MirrorGatewayFilterFactory.Config> {

    private static final int MOST = 100_000;

    private final Mirrors mirrors;
    private final Supplier<Copies> copies;

    /**
     * Makes filters.
     *
     * @param copies sends them
     */
    public MirrorGatewayFilterFactory(Mirrors mirrors, Supplier<Copies> copies) {
        super(Config.class);
        this.mirrors = mirrors;
        this.copies = copies;
    }

    @Override
    public List<String> shortcutFieldOrder() {
        return List.of("pool", "percent");
    }

    @Override
    public GatewayFilter apply(Config config) {
        return new MirrorFilter(mirroring(config), copies);
    }

    /** What the arguments mean. */
    public Mirroring mirroring(Config config) {
        String pool = config.getPool();
        if (pool == null || pool.isBlank()) {
            throw new IllegalArgumentException("pool: missing (expected: the name of a pool)");
        }
        double percent = config.getPercent();
        if (!(percent > 0 && percent <= 100)) {
            throw new IllegalArgumentException(
                    "percent: " + percent + " (expected: more than 0, at most 100)");
        }
        if (config.getAtOnce() < 1 || config.getAtOnce() > MOST) {
            throw new IllegalArgumentException(
                    "atOnce: " + config.getAtOnce() + " (expected: 1 to " + MOST + ")");
        }
        return new Mirroring(String.valueOf(config.getRouteId()), pool, (int) Math.max(1, percent * 100),
                config.getMaxBody().toBytes(), config.getAtOnce(), mirrors.of(pool));
    }

    /** The arguments of the filter. */
    public static final class Config extends RouteArguments {

        private @Nullable String pool;
        private double percent = 100;
        private DataSize maxBody = DataSize.ofKilobytes(64);
        private int atOnce = 100;

        public @Nullable String getPool() {
            return pool;
        }

        public void setPool(String name) {
            pool = name;
        }

        public double getPercent() {
            return percent;
        }

        public void setPercent(double share) {
            percent = share;
        }

        public DataSize getMaxBody() {
            return maxBody;
        }

        public void setMaxBody(DataSize most) {
            maxBody = most;
        }

        public int getAtOnce() {
            return atOnce;
        }

        public void setAtOnce(int most) {
            atOnce = most;
        }

        @Override
        public String toString() {
            return "pool = " + pool + ", percent = " + percent + ", maxBody = " + maxBody + ", atOnce = "
                    + atOnce;
        }
    }
}
