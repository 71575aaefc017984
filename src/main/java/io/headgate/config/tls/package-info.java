/**
 * TLS contexts made of Spring's SSL bundles, renewed when the files of a bundle are: start with
 * {@link io.headgate.config.tls.TlsMaterial}.
 */
@NullMarked
package io.headgate.config.tls;

import org.jspecify.annotations.NullMarked;
