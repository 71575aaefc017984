package io.headgate.config.properties;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * A reload changes this property, and all below it, at once. A property without this mark keeps the value
 * that the process started with; a reload reports that it needs a restart.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Live {

    /** Whom it changes for, such as "for new connections"; empty for everybody. */
    String value() default "";
}
