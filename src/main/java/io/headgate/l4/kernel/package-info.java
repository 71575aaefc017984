/**
 * Layer 4 in the kernel: nftables rules that lead new connections of a listener to the pool's members, so
 * that no byte of them comes to this process. Start with {@link KernelEngine}; {@code RuleSync} keeps the
 * rules as the pools are; {@link Services} says what is served, {@link Script} writes that down for
 * {@code nft}, and {@link Conntrack} knows what is open. docs/decisions/0020-kernel-engine.md has the
 * reasons.
 */
@NullMarked
package io.headgate.l4.kernel;

import org.jspecify.annotations.NullMarked;
