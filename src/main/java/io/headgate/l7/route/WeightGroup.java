package io.headgate.l7.route;

import io.headgate.pool.RandomSource;
import java.util.List;

/**
 * Routes that share requests by weight: one of them is drawn for each request, once.
 *
 * @param routes their ids
 * @param weights their weights, in the same order, at least one above zero
 */
public record WeightGroup(String name, List<String> routes, List<Integer> weights) {

    public WeightGroup {
        routes = List.copyOf(routes);
        weights = List.copyOf(weights);
    }

    String draw(RandomSource random) {
        int total = 0;
        for (int weight : weights) {
            total += weight;
        }
        int drawn = random.below(total);
        int at = 0;
        while (drawn >= weights.get(at)) {
            drawn -= weights.get(at++);
        }
        return routes.get(at);
    }

    /** This route is the one that was drawn. */
    public record Drawn(WeightGroup group, String route) implements Condition {

        @Override
        public boolean matches(RequestView request) {
            return request.draws().of(group).equals(route);
        }

        @Override
        public String asks() {
            return "drawn in group " + group.name() + " " + group.routes() + " by the weights "
                    + group.weights();
        }

        @Override
        public String sees(RequestView request) {
            return request.draws().of(group) + " is drawn";
        }
    }
}
