/**
 * The composition root: {@link io.headgate.config.PropertiesReader} reads what is written,
 * {@link io.headgate.config.PlanCompiler} checks it and makes one immutable {@link io.headgate.config.Plan}
 * of it, {@link io.headgate.config.HeadgateConfiguration} puts the parts together.
 */
@NullMarked
package io.headgate.config;

import org.jspecify.annotations.NullMarked;
