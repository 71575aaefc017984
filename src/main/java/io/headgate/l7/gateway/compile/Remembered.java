package io.headgate.l7.gateway.compile;

import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.aopalliance.intercept.MethodInterceptor;
import org.aopalliance.intercept.MethodInvocation;
import org.jspecify.annotations.Nullable;
import org.springframework.aop.TargetSource;
import org.springframework.aop.framework.ProxyFactory;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.cloud.gateway.filter.factory.GatewayFilterFactory;
import org.springframework.cloud.gateway.filter.factory.RedirectToGatewayFilterFactory;
import org.springframework.cloud.gateway.handler.predicate.RoutePredicateFactory;
import org.springframework.cloud.gateway.route.builder.RouteLocatorBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.http.HttpStatus;
import org.springframework.util.ReflectionUtils;

/**
 * Which factory, and which configuration, made the predicates and filters of routes in code. Spring Cloud
 * Gateway's own objects do not say it. The builder of such routes gets its factories from the application
 * context, so it gets a context here whose factories remember what they make.
 */
public final class Remembered implements BeanPostProcessor {

    private final Map<Object, Made> all = Collections.synchronizedMap(new WeakHashMap<>());

    /** What made a predicate or filter. */
    record Made(Object factory, Object configuration) {}

    /** What made it; empty for one that was written in code. */
    Optional<Made> of(Object predicateOrFilter) {
        return Optional.ofNullable(all.get(predicateOrFilter));
    }

    @Override
    public Object postProcessAfterInitialization(Object bean, String name) {
        if (bean.getClass() != RouteLocatorBuilder.class) {
            return bean;
        }
        var field = ReflectionUtils.findField(RouteLocatorBuilder.class, "context");
        if (field == null) {
            return bean;
        }
        ReflectionUtils.makeAccessible(field);
        return ReflectionUtils.getField(field, bean) instanceof ConfigurableApplicationContext context
                ? new RouteLocatorBuilder(remembering(context))
                : bean;
    }

    private ConfigurableApplicationContext remembering(ConfigurableApplicationContext context) {
        return (ConfigurableApplicationContext) Proxy.newProxyInstance(Remembered.class.getClassLoader(),
                new Class<?>[]{ConfigurableApplicationContext.class}, (_, method, arguments) -> {
                    Object result = ReflectionUtils.invokeMethod(method, context,
                            arguments == null ? new Object[0] : arguments);
                    return result instanceof GatewayFilterFactory<?>
                            || result instanceof RoutePredicateFactory<?>
                                    ? remembering(result)
                                    : result;
                });
    }

    private Object remembering(Object factory) {
        Class<?> open = factory.getClass();
        while (Modifier.isFinal(open.getModifiers())) { // as those are that are in the place of SCG's
            open = open.getSuperclass();
        }
        ProxyFactory proxies = new ProxyFactory();
        proxies.setTargetSource(new Seen(open, factory));
        proxies.setProxyTargetClass(true);
        proxies.addAdvice((MethodInterceptor) call -> proceed(call, factory));
        return proxies.getProxy(open.getClassLoader());
    }

    /**
     * A factory.
     *
     * @param open the class that it is known by
     */
    private record Seen(Class<?> open, Object factory) implements TargetSource {

        @Override
        public Class<?> getTargetClass() {
            return open;
        }

        @Override
        public boolean isStatic() {
            return true;
        }

        @Override
        public Object getTarget() {
            return factory;
        }
    }

    private @Nullable Object proceed(MethodInvocation call, Object factory) throws Throwable {
        if (!call.getMethod().getName().startsWith("apply")) {
            return call.proceed();
        }
        @Nullable
        Object[] arguments = call.getArguments();
        int last = arguments.length - 1;
        AtomicReference<@Nullable Object> configuration = new AtomicReference<>();
        if (last >= 0 && arguments[last] instanceof Consumer<?> consumer) {
            arguments[last] = noting(consumer, configuration);
        } else if (last > 0 && factory instanceof RedirectToGatewayFilterFactory) {
            configuration.set(redirect(arguments));
        } else if (last >= 0) {
            configuration.set(arguments[last]);
        }
        Object made = call.proceed();
        Object from = configuration.get();
        if (made != null && from != null) {
            all.put(made, new Made(factory, from));
        }
        return made;
    }

    /**
     * It has a method of its own: status, URL and perhaps whether the parameters of the request are added.
     */
    private static Object redirect(@Nullable Object[] arguments) {
        RedirectToGatewayFilterFactory.Config config = new RedirectToGatewayFilterFactory.Config();
        config.setStatus(arguments[0] instanceof HttpStatus named
                ? String.valueOf(named.value())
                : String.valueOf(arguments[0]));
        config.setUrl(String.valueOf(arguments[1]));
        config.setIncludeRequestParams(arguments.length > 2 && Boolean.TRUE.equals(arguments[2]));
        return config;
    }

    private static <C> Consumer<C> noting(Consumer<C> consumer,
            AtomicReference<@Nullable Object> configuration) {
        return config -> {
            consumer.accept(config);
            configuration.set(config);
        };
    }
}
