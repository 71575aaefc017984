/**
 * Who may write to the management port, and what is noted of it. Start with
 * {@link io.headgate.admin.access.ManagementWeb}, which puts the filters together: foreign pages are turned
 * away, then those without credentials, then commands that are malformed; the endpoints tell
 * {@link io.headgate.admin.access.Audit} what they did.
 */
@NullMarked
package io.headgate.admin.access;

import org.jspecify.annotations.NullMarked;
