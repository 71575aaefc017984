@NullMarked
package io.headgate.l7.pages;

import org.jspecify.annotations.NullMarked;
