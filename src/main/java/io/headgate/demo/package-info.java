/**
 * Backends for trying Headgate out, in the same process. Nothing imports this; the profile {@code demo}
 * switches it on.
 */
@NullMarked
package io.headgate.demo;

import org.jspecify.annotations.NullMarked;
