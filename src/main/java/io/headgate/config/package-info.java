/**
 * The composition root: the configuration classes put the parts together; start with
 * {@link io.headgate.config.HeadgateConfiguration}. The rooms below it, each importing only those named
 * before it: {@code properties} and {@code fault}; {@code source} reads what is written; {@code tls};
 * {@code plan} checks it and makes one immutable {@link io.headgate.config.plan.Plan} of it; {@code reload}
 * puts a plan to work and replaces it; {@code lifecycle} starts and ends the process.
 */
@NullMarked
package io.headgate.config;

import org.jspecify.annotations.NullMarked;
