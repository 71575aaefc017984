/**
 * Filters of your own in the data path: start with {@link io.headgate.filter.FilterFactory}. This package is
 * for code outside Headgate. What it has stays, with its meaning, until the next major version; everything
 * else under {@code io.headgate} may change at any time.
 */
@NullMarked
package io.headgate.filter;

import org.jspecify.annotations.NullMarked;
