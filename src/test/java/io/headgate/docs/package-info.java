/** Keeps the documents true: what can be made from the code is made from it, and compared. */
@NullMarked
package io.headgate.docs;

import org.jspecify.annotations.NullMarked;
