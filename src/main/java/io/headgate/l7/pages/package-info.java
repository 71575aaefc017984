/**
 * Pages of an operator's own in the place of error answers. {@link io.headgate.l7.pages.ErrorPages} is the
 * place to start; it knows neither lane.
 */
@NullMarked
package io.headgate.l7.pages;

import org.jspecify.annotations.NullMarked;
