package io.headgate.config.properties;

import org.springframework.core.convert.converter.Converter;

/** Reads a sticky cookie's short form, its name. */
public final class StickyCookieConverter implements Converter<String, StickyCookieProperties> {

    @Override
    public StickyCookieProperties convert(String name) {
        return StickyCookieProperties.named(name);
    }
}
