package io.headgate.pool;

import java.time.Instant;

/**
 * One source's opinion of a member, with its date and cause.
 *
 * @param value the opinion
 * @param since when it became so
 * @param cause in words, for operators
 */
public record Verdict<T>(T value, Instant since, String cause) {}
