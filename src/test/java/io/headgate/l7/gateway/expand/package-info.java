/** Tests of expansions. */
@NullMarked
package io.headgate.l7.gateway.expand;

import org.jspecify.annotations.NullMarked;
