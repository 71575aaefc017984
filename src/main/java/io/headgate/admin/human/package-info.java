/** Answers of the management port for people: {@link io.headgate.admin.human.HumanAnswers}. */
@NullMarked
package io.headgate.admin.human;

import org.jspecify.annotations.NullMarked;
