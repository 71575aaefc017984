/** Discovery against a name server of our own. */
@NullMarked
package io.headgate.discovery;

import org.jspecify.annotations.NullMarked;
