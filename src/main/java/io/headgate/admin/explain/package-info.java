/**
 * Says what the gateway would do with a request, and why. Start with
 * {@link io.headgate.admin.explain.Explainer}, which asks the routes, pools and members that serve requests.
 */
@NullMarked
package io.headgate.admin.explain;

import org.jspecify.annotations.NullMarked;
