@NullMarked
package io.headgate.admin.dashboard;

import org.jspecify.annotations.NullMarked;
