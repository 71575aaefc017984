/**
 * For tests of an application that has Headgate as a library: start with
 * {@link io.headgate.testkit.TestedGateway}. It needs no test framework. As in {@code io.headgate.filter},
 * what it has stays until the next major version.
 */
@NullMarked
package io.headgate.testkit;

import org.jspecify.annotations.NullMarked;
