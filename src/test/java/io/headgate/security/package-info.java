/** Tests of address rules. */
@NullMarked
package io.headgate.security;

import org.jspecify.annotations.NullMarked;
