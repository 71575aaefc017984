package io.headgate.l7.gateway.compressed;

import io.headgate.l7.compress.CompressionRules;
import io.headgate.l7.compress.ContentCoding;
import java.util.List;
import org.springframework.util.unit.DataSize;

/**
 * The arguments of {@code Compress}, as SCG's binder fills them. {@link CompressionRules} says what they
 * mean.
 */
public final class CompressArguments {

    private List<ContentCoding> encodings = List.of(ContentCoding.values());
    private List<String> types = CompressionRules.TYPES;
    private DataSize minSize = DataSize.ofBytes(CompressionRules.MIN_SIZE);
    private int level = CompressionRules.LEVEL;

    public List<ContentCoding> getEncodings() {
        return encodings;
    }

    public void setEncodings(List<ContentCoding> encodings) {
        this.encodings = encodings;
    }

    public List<String> getTypes() {
        return types;
    }

    public void setTypes(List<String> types) {
        this.types = types;
    }

    public DataSize getMinSize() {
        return minSize;
    }

    public void setMinSize(DataSize minSize) {
        this.minSize = minSize;
    }

    public int getLevel() {
        return level;
    }

    public void setLevel(int level) {
        this.level = level;
    }

    CompressionRules rules() {
        return new CompressionRules(encodings, types, minSize.toBytes(), level, List.of());
    }
}
