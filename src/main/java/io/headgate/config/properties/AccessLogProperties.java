package io.headgate.config.properties;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * One line for each request and each L4 connection, at its end.
 *
 * @param enabled whether lines are written
 * @param format logfmt, json, ecs (Elastic Common Schema), common (Common Log Format), or a template of one
 *            line with fields in braces, such as "{time} {client} {method} {target} {status} {micros}"
 * @param fields which fields the formats logfmt, json and ecs have, in this order; all fields when none is
 *            given
 * @param file a file that lines are appended to; standard output when none is given
 * @param rotate when the file is put aside
 * @param only which lines are written
 * @param sample the share of the lines that is written, above 0 and up to 1; lines with a reason or with a
 *            status from 500 are always written
 */
@ConfigurationProperties("headgate.access-log")
public record AccessLogProperties(@DefaultValue("true") boolean enabled,
        @DefaultValue("logfmt") String format, @DefaultValue List<String> fields, @Nullable String file,
        @DefaultValue LogRotationProperties rotate, @DefaultValue LogSelectionProperties only,
        @DefaultValue("1") double sample) {}
