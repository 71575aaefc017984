/**
 * Finds members that the configuration does not list: by DNS and by Spring Cloud's DiscoveryClient. Start
 * with {@link Discovery}. {@link Update} is what a source can report, {@link Discovered} what follows from
 * it.
 */
@NullMarked
package io.headgate.discovery;

import org.jspecify.annotations.NullMarked;
