/**
 * Layer 7: what both lanes share. {@link io.headgate.l7.Problem} is the form of every answer of our own,
 * {@link io.headgate.l7.Forwarding} the forwarded headers, {@link io.headgate.l7.RequestListener} where
 * finished requests are told.
 */
@NullMarked
package io.headgate.l7;

import org.jspecify.annotations.NullMarked;
