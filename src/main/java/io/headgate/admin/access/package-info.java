/**
 * Who may write to the management port, and what is recorded. Start with
 * {@link io.headgate.admin.access.ManagementWeb}, which puts the filters together: it refuses pages of other
 * origins, then requests without credentials, then malformed commands. The endpoints report what they did to
 * {@link io.headgate.admin.access.Audit}.
 */
@NullMarked
package io.headgate.admin.access;

import org.jspecify.annotations.NullMarked;
