/** What every test shares, and the rules of the house as tests. */
@NullMarked
package io.headgate;

import org.jspecify.annotations.NullMarked;
