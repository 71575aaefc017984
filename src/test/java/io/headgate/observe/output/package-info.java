@NullMarked
package io.headgate.observe.output;

import org.jspecify.annotations.NullMarked;
