/**
 * Certificates that an authority issues by ACME (RFC 8555). Start at {@link io.headgate.acme.Renewals}, which
 * decides when; {@link io.headgate.acme.Authority} is asked, and what it issues is kept in the
 * {@link io.headgate.acme.CertificateFolder}, which replicas may share.
 */
@NullMarked
package io.headgate.acme;

import org.jspecify.annotations.NullMarked;
