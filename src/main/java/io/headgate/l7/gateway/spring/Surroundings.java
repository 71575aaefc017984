package io.headgate.l7.gateway.spring;

import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ListableBeanFactory;
import org.springframework.context.ApplicationContext;
import org.springframework.http.codec.ServerCodecConfigurer;
import org.springframework.web.server.i18n.AcceptHeaderLocaleContextResolver;
import org.springframework.web.server.i18n.LocaleContextResolver;
import org.springframework.web.server.session.DefaultWebSessionManager;
import org.springframework.web.server.session.WebSessionManager;

/**
 * What exchanges have of the application besides their request and response: the beans that Spring itself
 * gives to each.
 *
 * @param basePath what the application's paths begin with, empty for nothing
 * @param failures tells what becomes of a request whose filter has failed
 */
public record Surroundings(WebSessionManager sessions, ServerCodecConfigurer codecs,
        LocaleContextResolver locales,
        @Nullable ApplicationContext application, String basePath, FilterFailures failures) {

    public static Surroundings of(ListableBeanFactory beans, String basePath) {
        return new Surroundings(
                beans.getBeanProvider(WebSessionManager.class).getIfAvailable(DefaultWebSessionManager::new),
                beans.getBeanProvider(ServerCodecConfigurer.class)
                        .getIfAvailable(ServerCodecConfigurer::create),
                beans.getBeanProvider(LocaleContextResolver.class)
                        .getIfAvailable(AcceptHeaderLocaleContextResolver::new),
                beans instanceof ApplicationContext application ? application : null, basePath,
                beans.getBeanProvider(FilterFailures.class).getIfAvailable(() -> FilterFailures.UNTOLD));
    }
}
