@NullMarked
package io.headgate.l7.gateway.spring;

import org.jspecify.annotations.NullMarked;
