@NullMarked
package io.headgate.l7.gateway.keyed;

import org.jspecify.annotations.NullMarked;
