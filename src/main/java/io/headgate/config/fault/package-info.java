/**
 * What is wrong with a configuration, all of it at once: start with {@link io.headgate.config.fault.Fault}
 * and {@link io.headgate.config.fault.Faults}, which collects them.
 */
@NullMarked
package io.headgate.config.fault;

import org.jspecify.annotations.NullMarked;
