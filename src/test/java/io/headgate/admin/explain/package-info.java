@NullMarked
package io.headgate.admin.explain;

import org.jspecify.annotations.NullMarked;
