package io.headgate.config.plan;

import io.headgate.config.fault.Faults;
import io.headgate.config.properties.StickyProperties;
import io.headgate.pool.StickyKeys;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Reads the keys of sticky sessions. No key is ever shown in a fault. */
final class StickyKeyCompiler {

    private static final String FILE = "file:";
    private static final Pattern HEX = Pattern.compile("([0-9a-fA-F]{2})+");
    private static final String FORM = "at least " + StickyKeys.LEAST_BYTES
            + " bytes in base64 or hexadecimal, or file:PATH of a file with these";
    private static final String MAKE = "Make one with: openssl rand -base64 32";

    private StickyKeyCompiler() {
    }

    /**
     * The keys as configured.
     *
     * @param own the key to use if none is configured
     */
    static StickyKeys compile(StickyProperties sticky, StickyKeys own, Faults faults) {
        List<byte[]> keys = new ArrayList<>();
        read("headgate.sticky.key", sticky.key(), keys, faults);
        for (int i = 0; i < sticky.oldKeys().size(); i++) {
            read("headgate.sticky.old-keys[" + i + "]", sticky.oldKeys().get(i), keys, faults);
        }
        if (sticky.key() == null && !sticky.oldKeys().isEmpty()) {
            faults.add("headgate.sticky.key", null, FORM, "Old keys sign nothing: set the new key, too.");
        }
        return keys.isEmpty() ? own : StickyKeys.of(keys);
    }

    private static void read(String property, @Nullable String text, List<byte[]> keys, Faults faults) {
        if (text == null) {
            return;
        }
        boolean file = text.startsWith(FILE);
        String shown = file ? text : "(not shown)";
        byte[] key;
        try {
            key = decode(file ? Files.readString(Path.of(text.substring(FILE.length()))).strip() : text);
        } catch (IOException e) {
            faults.add(property, shown, "a file that can be read", "Mount it, or correct its path.");
            return;
        } catch (IllegalArgumentException e) {
            faults.add(property, shown, FORM, MAKE);
            return;
        }
        if (key.length < StickyKeys.LEAST_BYTES) {
            faults.add(property, shown + ", " + key.length + " bytes", FORM, MAKE);
        } else {
            keys.add(key);
        }
    }

    private static byte[] decode(String text) {
        if (HEX.matcher(text).matches()) {
            return HexFormat.of().parseHex(text);
        }
        return text.indexOf('-') >= 0 || text.indexOf('_') >= 0
                ? Base64.getUrlDecoder().decode(text)
                : Base64.getDecoder().decode(text);
    }
}
