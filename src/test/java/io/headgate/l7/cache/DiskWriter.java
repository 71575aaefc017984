package io.headgate.l7.cache;

import io.headgate.pool.Clock;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Random;

/**
 * A process that stores and purges without end, to be killed. It tells of each purge once that is done:
 * {@code URL VERSION}, and no answer of this URL with this or an earlier version may be seen again.
 */
final class DiskWriter {

    static final int URLS = 100;
    static final long SIZE = 16L << 20;
    private static final int LONGEST = 60_000;

    private DiskWriter() {
    }

    /** Each answer says whose it is, throughout. */
    static String body(String target, long version, int length) {
        String text = target + ' ' + version + ';';
        return text.repeat(length / text.length() + 1);
    }

    @SuppressWarnings("SystemOut")
    public static void main(String[] args) {
        Random random = new Random(Long.parseLong(args[1]));
        long version = Long.parseLong(args[1]) << 32;
        ResponseCache cache = new ResponseCache(1 << 20, true, new OnDisk(Path.of(args[0]), SIZE),
                Clock.SYSTEM);
        while (true) {
            String target = "/" + random.nextInt(URLS);
            version++;
            if (random.nextInt(8) == 0) {
                cache.purgeUrl("example.org" + target);
                System.out.println(target + ' ' + version);
            } else {
                store(cache, target, body(target, version, random.nextInt(LONGEST)));
            }
        }
    }

    private static void store(ResponseCache cache, String target, String body) {
        CacheTurn turn = new Caching(cache, CacheRules.DEFAULT).turn();
        CacheQuestion question = Asking.question("GET", target, "Cache-Control: no-cache");
        if (turn.lookUp(question) instanceof CacheStep.Forward) {
            turn.forward(question.headers());
            turn.head(HttpResponseStatus.OK, Asking.headers("Cache-Control: max-age=6000"), true);
            ByteBuf bytes = Unpooled.copiedBuffer(body, StandardCharsets.ISO_8859_1);
            turn.data(bytes);
            turn.complete();
        } else {
            cache.purgeUrl("example.org" + target);
        }
        turn.end();
    }
}
