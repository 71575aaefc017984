package io.headgate.l7.gateway;

import io.headgate.l7.Grpc;
import io.headgate.pool.Reason;
import java.util.BitSet;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What is repeated, by the names that Envoy's operators know.
 *
 * @param statuses of answers
 * @param reasons of requests without an answer
 */
record RetryOn(BitSet statuses, Set<Reason> reasons) {

    private static final String EXPECTED = " (expected: connect-failure, reset-before-answer, timeout, 5xx,"
            + " gateway-error, a status from 400 to 599, or of gRPC: cancelled, deadline-exceeded,"
            + " resource-exhausted, internal, unavailable)";

    private static final int LEAST = 400;
    private static final int MOST = 599;

    /**
     * Reads the names.
     *
     * @throws IllegalArgumentException for one that is unknown
     */
    static RetryOn parse(List<String> names) {
        RetryOn all = new RetryOn(new BitSet(), EnumSet.noneOf(Reason.class));
        names.forEach(name -> all.add(name.strip()));
        return all;
    }

    private void add(String name) {
        switch (name) {
            case "connect-failure" -> reasons.addAll(
                    List.of(Reason.CONNECT_FAILED, Reason.CONNECT_TIMEOUT, Reason.TLS_FAILED));
            case "reset-before-answer" -> reasons.add(Reason.UPSTREAM_RESET);
            case "timeout" -> reasons.addAll(List.of(Reason.RESPONSE_TIMEOUT, Reason.SEND_TIMEOUT));
            case "5xx" -> statuses.set(500, MOST + 1);
            case "gateway-error" -> statuses.set(502, 505);
            case "cancelled" -> statuses.set(Grpc.CANCELLED);
            case "deadline-exceeded" -> statuses.set(Grpc.DEADLINE_EXCEEDED);
            case "resource-exhausted" -> statuses.set(Grpc.RESOURCE_EXHAUSTED);
            case "internal" -> statuses.set(Grpc.INTERNAL);
            case "unavailable" -> statuses.set(Grpc.UNAVAILABLE);
            default -> statuses.set(status(name));
        }
    }

    private static int status(String name) {
        if (name.matches("\\d{3}")) {
            int status = Integer.parseInt(name);
            if (status >= LEAST && status <= MOST) {
                return status;
            }
        }
        throw new IllegalArgumentException("retryOn: " + name + EXPECTED);
    }
}
