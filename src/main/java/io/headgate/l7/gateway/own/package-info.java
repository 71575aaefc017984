/**
 * Brings filters of a user's own ({@code io.headgate.filter}) to both lanes: start with
 * {@link io.headgate.l7.gateway.own.OwnFilterFactory}.
 */
@NullMarked
package io.headgate.l7.gateway.own;

import org.jspecify.annotations.NullMarked;
