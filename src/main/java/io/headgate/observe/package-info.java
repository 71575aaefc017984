/**
 * What operators see: meters, the access log, a log of every change of a member. Implements the small
 * listeners that the features declare.
 */
@NullMarked
package io.headgate.observe;

import org.jspecify.annotations.NullMarked;
