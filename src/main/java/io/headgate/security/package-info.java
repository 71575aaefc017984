/**
 * Who may talk to us, and how peers are known: address rules, TLS contexts. Start with {@link AddressRules}
 * and {@link TlsServers}.
 */
@NullMarked
package io.headgate.security;

import org.jspecify.annotations.NullMarked;
