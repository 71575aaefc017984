@NullMarked
package io.headgate.l7.fast;

import org.jspecify.annotations.NullMarked;
