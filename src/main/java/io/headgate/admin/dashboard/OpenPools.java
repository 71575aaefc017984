package io.headgate.admin.dashboard;

import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The pools whose members a page shows, as its requests name them. */
final class OpenPools {

    /** Each costs time for every second in which it is shown. */
    private static final int MOST = 50;

    private OpenPools() {
    }

    static Set<String> of(@Nullable List<String> names) {
        return names == null
                ? Set.of()
                : names.stream().filter(name -> !name.isEmpty()).limit(MOST).collect(Collectors.toSet());
    }
}
