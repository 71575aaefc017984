/** Configuration: what is accepted, and what is said of what is not. */
@NullMarked
package io.headgate.config;

import org.jspecify.annotations.NullMarked;
