package io.headgate.filter;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The headers of a message. Names are compared without regard to case. */
public interface Headers {

    /** The first value, null for none. */
    @Nullable
    String get(String name);

    /** All values, in order. */
    List<String> all(String name);

    /** In the place of all that there are. */
    void set(String name, String value);

    /** After those that there are. */
    void add(String name, String value);

    void remove(String name);
}
