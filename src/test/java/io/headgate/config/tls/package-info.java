/** Bundles whose files change. */
@NullMarked
package io.headgate.config.tls;

import org.jspecify.annotations.NullMarked;
