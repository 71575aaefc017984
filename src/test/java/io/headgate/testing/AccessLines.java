package io.headgate.testing;

import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The lines of access logs that go to this process's standard output, without the quotes of their values. */
public final class AccessLines implements AutoCloseable {

    private final PrintStream before = System.out;
    private final ByteArrayOutputStream copy = new ByteArrayOutputStream();

    public AccessLines() {
        System.setOut(new PrintStream(new OutputStream() {
            @Override
            public void write(int octet) {
                write(new byte[]{(byte) octet}, 0, 1);
            }

            @Override
            public void write(byte[] bytes, int from, int length) {
                before.write(bytes, from, length);
                copy.write(bytes, from, length);
            }

            @Override
            public void flush() {
                before.flush();
            }
        }, true, StandardCharsets.UTF_8));
    }

    public List<String> lines() {
        return copy.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains(" access layer=\""))
                .map(line -> line.replace("\"", "")).toList();
    }

    @Override
    public void close() {
        System.setOut(before);
    }
}
