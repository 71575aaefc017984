package io.headgate.config.properties;

import org.springframework.core.convert.converter.Converter;

/** Reads a member's short form, {@code host:port} or {@code unix:/path}. */
public final class MemberConverter implements Converter<String, MemberProperties> {

    @Override
    public MemberProperties convert(String address) {
        return MemberProperties.at(address);
    }
}
