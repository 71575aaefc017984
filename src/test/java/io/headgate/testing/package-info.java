/**
 * What tests share: servers and clients that speak byte by byte, keys, free ports, the application. Start
 * with TestGateway.
 */
@NullMarked
package io.headgate.testing;

import org.jspecify.annotations.NullMarked;
