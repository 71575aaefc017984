/** Who may write to the management port. */
@NullMarked
package io.headgate.admin.access;

import org.jspecify.annotations.NullMarked;
