/**
 * What is shipped: the Helm chart, rendered by the real Helm engine, and the image's layout. Start with
 * {@link HelmChartTest}.
 */
@NullMarked
package io.headgate.packaging;

import org.jspecify.annotations.NullMarked;
