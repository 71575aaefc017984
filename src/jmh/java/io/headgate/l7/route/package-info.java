/** What a route look-up costs. */
@NullMarked
package io.headgate.l7.route;

import org.jspecify.annotations.NullMarked;
