/**
 * How log lines leave the process: nobody who logs ever waits for whoever reads. Start with
 * {@link StandardOutput}.
 */
@NullMarked
package io.headgate.observe.output;

import org.jspecify.annotations.NullMarked;
