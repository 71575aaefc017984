package io.headgate.pool;

/**
 * How a pool binds sessions to members by a cookie of ours.
 *
 * @param cookie its name
 * @param attributes what follows the value in Set-Cookie, such as {@code ; Path=/; HttpOnly}
 * @param keys that make its value
 */
public record Sticky(String cookie, String attributes, StickyKeys keys) {}
