@NullMarked
package io.headgate.acme;

import org.jspecify.annotations.NullMarked;
