/**
 * From files to bound properties, with the place where each was written: start with
 * {@link io.headgate.config.source.PropertiesReader}.
 */
@NullMarked
package io.headgate.config.source;

import org.jspecify.annotations.NullMarked;
