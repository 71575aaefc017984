@NullMarked
package io.headgate.l7.gateway.compressed;

import org.jspecify.annotations.NullMarked;
