@NullMarked
package io.headgate.admin.human;

import org.jspecify.annotations.NullMarked;
