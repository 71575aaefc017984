/**
 * Headgate's own predicates and filters that decide who may come in. Each has one rule, which both lanes ask:
 * the fast lane in a compiled route, the slow lane here.
 */
@NullMarked
package io.headgate.l7.gateway.admit;

import org.jspecify.annotations.NullMarked;
