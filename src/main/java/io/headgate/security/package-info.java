/**
 * Who may connect, and how peers are identified: address rules and TLS contexts. Start with
 * {@link AddressRules} and {@link TlsServers}.
 */
@NullMarked
package io.headgate.security;

import org.jspecify.annotations.NullMarked;
