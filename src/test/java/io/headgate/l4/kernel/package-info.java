/** Tests of the kernel's engine between network name spaces. */
@NullMarked
package io.headgate.l4.kernel;

import org.jspecify.annotations.NullMarked;
