package io.headgate.observe.access;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What the access log looks like, and where it goes.
 *
 * @param file where lines are appended; null for standard output
 * @param rotation when the file is put aside
 */
public record AccessLogSpec(Layout layout, @Nullable Path file, Rotation rotation, Selection selection) {}
