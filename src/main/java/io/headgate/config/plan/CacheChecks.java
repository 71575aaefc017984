package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.CacheDiskProperties;
import io.headgate.l7.cache.OnDisk;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.util.unit.DataSize;

/** The files of the cache. */
final class CacheChecks {

    private static final String PREFIX = "headgate.cache.disk.";

    private CacheChecks() {
    }

    static void check(@Nullable CacheDiskProperties disk, Faults faults) {
        if (disk == null) {
            return;
        }
        String path = disk.path();
        if (path == null || path.isBlank() || !isPath(path)) {
            faults.add(PREFIX + "path", path, "the path of a folder",
                    "Name a folder that only this gateway uses.");
        }
        if (disk.size().toBytes() < OnDisk.LEAST) {
            faults.add(PREFIX + "size", disk.size(),
                    DataSize.ofBytes(OnDisk.LEAST).toMegabytes() + "MB or more",
                    "Give it more, or leave headgate.cache.disk out.");
        }
    }

    private static boolean isPath(String text) {
        try {
            return Path.of(text).getNameCount() > 0;
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
