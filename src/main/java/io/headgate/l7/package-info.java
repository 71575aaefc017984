/**
 * Layer 7: what both lanes share. {@link io.headgate.l7.Problem} is the form of Headgate's own answers,
 * {@link io.headgate.l7.Forwarding} the forwarded headers, and {@link io.headgate.l7.RequestListener} is
 * notified of finished requests. Features that both lanes have ({@code admit}, {@code cache}, {@code limit})
 * know neither of them.
 */
@NullMarked
package io.headgate.l7;

import org.jspecify.annotations.NullMarked;
