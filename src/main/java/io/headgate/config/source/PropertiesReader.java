package io.headgate.config.source;

import io.headgate.config.fault.Expected;
import io.headgate.config.fault.Faults;
import io.headgate.config.properties.HeadgateProperties;
import io.headgate.config.properties.MemberConverter;
import io.headgate.config.properties.MemberProperties;
import io.headgate.config.properties.StickyCookieConverter;
import io.headgate.config.properties.StickyCookieProperties;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindContext;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.bind.UnboundConfigurationPropertiesException;
import org.springframework.boot.context.properties.bind.handler.NoUnboundElementsBindHandler;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.convert.ApplicationConversionService;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;

/**
 * Reads {@code headgate.*} from an environment. Boot's binder stops at the first value that it cannot
 * convert; this goes on with the default, and collects every such fault and every unknown key.
 */
public final class PropertiesReader {

    private final ConfigurableEnvironment environment;

    public PropertiesReader(ConfigurableEnvironment environment) {
        this.environment = environment;
    }

    public HeadgateProperties read(Faults faults) {
        Bindable<HeadgateProperties> target = Bindable.of(HeadgateProperties.class);
        Binder binder = new Binder(ConfigurationPropertySources.get(environment),
                new PropertySourcesPlaceholdersResolver(environment), conversions());
        return binder.bindOrCreate("headgate", target, new Collector(faults));
    }

    private static ApplicationConversionService conversions() {
        ApplicationConversionService conversions = new ApplicationConversionService();
        conversions.addConverter(new MemberConverter());
        conversions.addConverter(new StickyCookieConverter());
        return conversions;
    }

    private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{([^}:]+)}");

    /** What may be written in one word, too. */
    private static final Set<Class<?>> SHORT = Set.of(MemberProperties.class, StickyCookieProperties.class);

    private static final Set<ConfigurationPropertyName> NAMED = Set.of(
            ConfigurationPropertyName.of("headgate.pools"),
            ConfigurationPropertyName.of("headgate.listeners"));

    private static final class Collector extends NoUnboundElementsBindHandler {

        private final Faults faults;
        private final Set<String> known = new HashSet<>();
        private final Set<ConfigurationPropertyName> failed = new HashSet<>();
        private final WrittenText text = new WrittenText();
        private @Nullable Object whole;

        Collector(Faults faults) {
            super(DEFAULT, Collector::isWritten);
            this.faults = faults;
        }

        /** Kubernetes sets variables such as HEADGATE_PORT for a service of that name: those are not ours. */
        private static boolean isWritten(ConfigurationPropertySource source) {
            return !(source.getUnderlyingSource() instanceof SystemEnvironmentPropertySource);
        }

        @Override
        public <T> @Nullable Bindable<T> onStart(ConfigurationPropertyName name, Bindable<T> target,
                BindContext context) {
            known.add(name.toString());
            return super.onStart(name, target, context);
        }

        /**
         * A text is as it is written in the file; a number or a duration that YAML has changed is a fault.
         */
        @Override
        public @Nullable Object onSuccess(ConfigurationPropertyName name, Bindable<?> target,
                BindContext context,
                Object result) {
            Object bound = super.onSuccess(name, target, context, result);
            ConfigurationProperty property = context.getConfigurationProperty();
            if (property == null || !property.getName().equals(name) || isFree(type(target))) {
                return bound;
            }
            String written = text.ofChanged(property);
            if (written == null) {
                if (type(target) == Duration.class
                        && String.valueOf(property.getValue()).matches("0*[1-9]\\d*")) {
                    faults.add(name.toString(), property.getValue(), "a duration with its unit",
                            "Write " + property.getValue() + "ms or " + property.getValue() + "s.");
                }
                return bound;
            }
            if (type(target) == String.class) {
                return written;
            }
            if (!WrittenText.isSameNumber(written, property.getValue())) {
                WrittenText.tell(name.toString(), written, property.getValue(), faults);
            }
            return bound;
        }

        /** Types whose values can be written in several ways. */
        private static boolean isFree(Class<?> type) {
            return type == boolean.class || type == Boolean.class || type == double.class
                    || type == Double.class;
        }

        private static Class<?> type(Bindable<?> target) {
            return target.getType().resolve(Object.class);
        }

        @Override
        public @Nullable Object onFailure(ConfigurationPropertyName name, Bindable<?> target,
                BindContext context,
                Exception error) {
            if (error instanceof UnboundConfigurationPropertiesException unbound) {
                unbound.getUnboundProperties().stream()
                        .filter(property -> !OverriddenLists.contain(property, context.getSources()))
                        .forEach(this::unknown);
                return whole;
            }
            ConfigurationProperty property = context.getConfigurationProperty();
            failed.add(name);
            String written = property == null ? null : text.ofChanged(property);
            if (property != null && written != null) {
                WrittenText.tell(name.toString(), written, property.getValue(), faults);
            } else {
                Object value = property == null ? direct(name, context) : property.getValue();
                Matcher unset = PLACEHOLDER.matcher(String.valueOf(value));
                if (unset.find()) {
                    faults.add(name.toString(), value, "a value for " + unset.group(1) + ", which is not set",
                            "Set it, or write a default: ${" + unset.group(1) + ":VALUE}.");
                } else {
                    faults.add(name.toString(), value, expected(type(target)),
                            "Write the value in the expected form.");
                }
            }
            return null;
        }

        /** Looks for unknown keys after everything is bound, so that they do not prevent the binding. */
        @Override
        public void onFinish(ConfigurationPropertyName name, Bindable<?> target, BindContext context,
                @Nullable Object result) throws Exception {
            if (context.getDepth() == 0) {
                whole = result;
            }
            Object value = type(target).isRecord() && !SHORT.contains(type(target)) && !failed.contains(name)
                    ? direct(name, context)
                    : null;
            if (value != null && !value.toString().isEmpty()) {
                failed.add(name); // its children are bound from elsewhere, so nothing else would tell
                faults.add(name.toString(), value, expected(type(target)),
                        "Write the value in the expected form.");
            }
            super.onFinish(name, target, context, result);
        }

        /** What is written where properties below are expected. */
        private static @Nullable Object direct(ConfigurationPropertyName name, BindContext context) {
            for (ConfigurationPropertySource source : context.getSources()) {
                ConfigurationProperty property = isWritten(source)
                        ? source.getConfigurationProperty(name)
                        : null;
                if (property != null) {
                    return property.getValue();
                }
            }
            return null;
        }

        private void unknown(ConfigurationProperty property) {
            ConfigurationPropertyName name = property.getName();
            if (failed.stream().anyMatch(f -> f.equals(name) || f.isAncestorOf(name))) {
                return;
            }
            ConfigurationPropertyName wrong = firstUnknown(name);
            if (wrong.isLastElementIndexed() && NAMED.contains(wrong.getParent())) {
                faults.add(wrong.getParent().toString(), "a list", Expected.of(Map.class),
                        "Write NAME: { ... } for each instead of - { name: NAME, ... }.");
                return;
            }
            List<String> siblings = known.stream().map(ConfigurationPropertyName::of)
                    .filter(k -> k.getNumberOfElements() == wrong.getNumberOfElements()
                            && k.getParent().equals(wrong.getParent()))
                    .map(k -> k.getLastElement(ConfigurationPropertyName.Form.DASHED)).toList();
            String last = wrong.getLastElement(ConfigurationPropertyName.Form.DASHED);
            faults.add(name.toString(), property.getValue(), "a known property",
                    OtherWords.of(last, siblings).or(() -> Nearest.to(last, siblings))
                            .map(near -> "Did you mean " + near + "? There is no " + last + ".")
                            .orElse("Remove it: there is no such property."));
        }

        /** The first unknown part of the name: poools in headgate.poools.orders.balance. */
        private ConfigurationPropertyName firstUnknown(ConfigurationPropertyName name) {
            for (int size = 1; size < name.getNumberOfElements(); size++) {
                if (!known.contains(name.chop(size).toString())) {
                    return name.chop(size);
                }
            }
            return name;
        }

        private static String expected(Class<?> type) {
            if (type == MemberProperties.class) {
                return "host:port, or { address: host:port } with more of its properties";
            }
            if (type == StickyCookieProperties.class) {
                return "the cookie's name, or { name: NAME } with more of its properties";
            }
            return Expected.of(type);
        }
    }
}
