/**
 * Who the members are where the configuration does not list them: DNS and Spring Cloud's DiscoveryClient.
 * Start with {@link Discovery}; {@link Update} is what a source can say, {@link Discovered} what is made of
 * it.
 */
@NullMarked
package io.headgate.discovery;

import org.jspecify.annotations.NullMarked;
