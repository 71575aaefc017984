/** Who may talk to us, and how peers are known: address rules. Start with {@link AddressRules}. */
@NullMarked
package io.headgate.security;

import org.jspecify.annotations.NullMarked;
