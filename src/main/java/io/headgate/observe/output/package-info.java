/**
 * How log lines leave the process. A thread that logs never waits for the reader of the log. Start with
 * {@link StandardOutput}.
 */
@NullMarked
package io.headgate.observe.output;

import org.jspecify.annotations.NullMarked;
