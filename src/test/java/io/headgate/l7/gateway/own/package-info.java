@NullMarked
package io.headgate.l7.gateway.own;

import org.jspecify.annotations.NullMarked;
