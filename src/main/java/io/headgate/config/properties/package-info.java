/**
 * The tree under {@code headgate.} as it is written in {@code application.yml}: plain values with their
 * defaults, not yet checked against one another. Start with
 * {@link io.headgate.config.properties.HeadgateProperties}.
 */
@NullMarked
package io.headgate.config.properties;

import org.jspecify.annotations.NullMarked;
