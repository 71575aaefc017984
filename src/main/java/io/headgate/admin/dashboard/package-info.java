/**
 * The dashboard: a page on the management port that shows what the gateway does now. Start with
 * {@link io.headgate.admin.dashboard.Board}: once a second it asks each
 * {@link io.headgate.admin.dashboard.Panel} to bring its {@link io.headgate.admin.dashboard.Table} up to
 * date. {@link io.headgate.admin.dashboard.Page} renders the tables as HTML, and
 * {@link io.headgate.admin.dashboard.Changes} sends what changed afterwards. The page writes by the endpoints
 * of the management port, and has no command of its own.
 */
@NullMarked
package io.headgate.admin.dashboard;

import org.jspecify.annotations.NullMarked;
