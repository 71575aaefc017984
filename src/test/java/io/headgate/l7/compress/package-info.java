@NullMarked
package io.headgate.l7.compress;

import org.jspecify.annotations.NullMarked;
