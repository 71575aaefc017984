@NullMarked
package io.headgate.l7.gateway.compile;

import org.jspecify.annotations.NullMarked;
