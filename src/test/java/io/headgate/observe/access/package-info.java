@NullMarked
package io.headgate.observe.access;

import org.jspecify.annotations.NullMarked;
