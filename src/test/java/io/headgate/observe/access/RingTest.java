package io.headgate.observe.access;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RingTest {

    private final Ring ring = new Ring(64);

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    @Test
    void takesALineWholeOrNotAtAll() {
        assertThat(ring.offer(bytes("x".repeat(60)), 60)).isTrue();
        assertThat(ring.offer(bytes("yyyyy"), 5)).isFalse();
        assertThat(ring.offer(bytes("yyyy"), 4)).isTrue();
        byte[] to = new byte[100];
        assertThat(ring.peek(to)).isEqualTo(64);
        assertThat(new String(to, 0, 64, StandardCharsets.US_ASCII)).isEqualTo("x".repeat(60) + "yyyy");
        assertThat(ring.peek(to)).as("it stays until it is freed").isEqualTo(64);
        ring.free(64);
        assertThat(ring.peek(to)).isZero();
    }

    @Test
    void saysWhenItIsMoreThanHalfFull() {
        assertThat(ring.offer(new byte[32], 32)).isTrue();
        assertThat(ring.isFilling()).isFalse();
        assertThat(ring.offer(new byte[1], 1)).isTrue();
        assertThat(ring.isFilling()).isTrue();
        ring.free(33);
        assertThat(ring.isFilling()).isFalse();
    }

    @Test
    void whatOneThreadPutsInAnotherTakesOutInOrder() throws InterruptedException {
        ByteArrayOutputStream sent = new ByteArrayOutputStream();
        ByteArrayOutputStream taken = new ByteArrayOutputStream();
        Thread producer = new Thread(() -> {
            Random random = new Random(7);
            for (int i = 0; i < 20_000;) {
                byte[] line = bytes(i + " " + "-".repeat(random.nextInt(20)) + "\n");
                if (ring.offer(line, line.length)) {
                    sent.writeBytes(line);
                    i++;
                } else {
                    Thread.onSpinWait();
                }
            }
        });
        producer.start();
        byte[] to = new byte[40];
        while (producer.isAlive() || ring.peek(to) > 0) {
            int length = ring.peek(to);
            taken.write(to, 0, length);
            ring.free(length);
        }
        producer.join();
        assertThat(taken.toByteArray()).isEqualTo(sent.toByteArray());
    }
}
