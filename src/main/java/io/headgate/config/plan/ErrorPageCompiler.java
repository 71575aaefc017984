package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.ErrorPageProperties;
import io.headgate.l7.pages.ErrorPage;
import io.headgate.l7.pages.ErrorPages;
import io.headgate.l7.pages.ErrorStatuses;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads the pages in the place of Headgate's own error answers. */
final class ErrorPageCompiler {

    private ErrorPageCompiler() {
    }

    static ErrorPages compile(List<ErrorPageProperties> entries, Faults faults) {
        List<ErrorPages.Rule> rules = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            ErrorPageProperties entry = entries.get(i);
            String path = "headgate.error-pages[%d]".formatted(i);
            BitSet statuses = faults.parse(path + ".statuses", String.join(", ", entry.statuses()),
                    written -> ErrorStatuses.parse(entry.statuses()), "Name the statuses of the page.");
            if (entry.html() == null && entry.json() == null) {
                faults.add(path + ".html", null, "a file for html, json or both", "Name the page's file.");
            }
            ErrorPages.Fixed html = page(path + ".html", entry.html(), ErrorPage.Form.HTML, faults);
            ErrorPages.Fixed json = page(path + ".json", entry.json(), ErrorPage.Form.JSON, faults);
            if (statuses != null) {
                rules.add(new ErrorPages.Rule(statuses, html, json, false));
            }
        }
        return ErrorPages.of(rules);
    }

    private static ErrorPages.@Nullable Fixed page(String property, @Nullable String file,
            ErrorPage.Form form, Faults faults) {
        return file == null
                ? null
                : faults.parse(property, file,
                        name -> new ErrorPages.Fixed(ErrorPage.of(form, read(Path.of(name)))),
                        "Name a file that this process can read.");
    }

    private static byte[] read(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] all = in.readNBytes(ErrorPage.LARGEST + 1);
            if (all.length <= ErrorPage.LARGEST) {
                return all;
            }
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(file + " (expected: a file that exists)", e);
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " (expected: a file that can be read)", e);
        }
        throw new IllegalArgumentException(
                "%s (expected: a file of at most %d KB)".formatted(file, ErrorPage.LARGEST / 1024));
    }
}
