/**
 * Copies of requests that go to another pool. Start with {@link io.headgate.l7.mirror.Mirrors}; the fast lane
 * sends them for both lanes.
 */
@NullMarked
package io.headgate.l7.mirror;

import org.jspecify.annotations.NullMarked;
