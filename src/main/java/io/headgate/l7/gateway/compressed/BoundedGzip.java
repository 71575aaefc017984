package io.headgate.l7.gateway.compressed;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;
import org.springframework.cloud.gateway.filter.factory.rewrite.GzipMessageBodyResolver;

/**
 * What Spring Cloud Gateway's filters of bodies decode a member's gzip with. Its own has no limit: a small
 * answer could become one that takes all memory.
 */
public final class BoundedGzip extends GzipMessageBodyResolver {

    /** Bytes of a body that has been decoded. */
    static final int MOST = 16 * 1024 * 1024;

    @Override
    public byte[] decode(byte[] encoded) {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(encoded))) {
            byte[] decoded = in.readNBytes(MOST + 1);
            if (decoded.length > MOST) {
                throw new IllegalStateException("a body of gzip is larger than " + MOST + " bytes");
            }
            return decoded;
        } catch (IOException e) {
            throw new IllegalStateException("a body cannot be decoded as gzip", e);
        }
    }
}
