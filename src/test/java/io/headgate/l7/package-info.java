@NullMarked
package io.headgate.l7;

import org.jspecify.annotations.NullMarked;
