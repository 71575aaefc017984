package io.headgate.config.source;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.bind.PropertySourcesPlaceholdersResolver;
import org.springframework.boot.context.properties.source.ConfigurationProperty;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName;
import org.springframework.boot.context.properties.source.ConfigurationPropertyName.Form;
import org.springframework.boot.context.properties.source.ConfigurationPropertySource;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.context.properties.source.IterableConfigurationPropertySource;
import org.springframework.core.env.Environment;

/**
 * Binds a long list element by element, each from its own properties. Boot's binder searches everything below
 * the list again for every list within every element, so ten thousand routes take minutes.
 */
public final class ElementBinding {

    private final Environment environment;
    private final ConfigurationPropertyName list;

    private ElementBinding(Environment environment, ConfigurationPropertyName list) {
        this.environment = environment;
        this.list = list;
    }

    /**
     * The list as Boot's binder makes it.
     *
     * @throws BindException as Boot's binder does
     */
    public static <T> List<T> bind(Environment environment, String list, Class<T> type) {
        ElementBinding binding = new ElementBinding(environment, ConfigurationPropertyName.of(list));
        for (ConfigurationPropertySource source : ConfigurationPropertySources.get(environment)) {
            if (source instanceof IterableConfigurationPropertySource known) {
                SortedMap<Integer, List<ConfigurationPropertyName>> elements = binding.elements(known);
                if (elements == null) {
                    break;
                }
                if (!elements.isEmpty()) { // the first source with an element has all of them
                    return binding.bind(known, elements, type);
                }
            }
        }
        return Binder.get(environment).bind(list, Bindable.listOf(type)).orElse(List.of());
    }

    /** The names below each element; null if it is not a plain list from 0 on. */
    private @Nullable SortedMap<Integer, List<ConfigurationPropertyName>> elements(
            IterableConfigurationPropertySource source) {
        int depth = list.getNumberOfElements();
        SortedMap<Integer, List<ConfigurationPropertyName>> elements = new TreeMap<>();
        for (ConfigurationPropertyName name : source) {
            if (name.equals(list)) {
                return null;
            }
            if (list.isAncestorOf(name)) {
                if (!name.isNumericIndex(depth)) {
                    return null;
                }
                elements.computeIfAbsent(Integer.valueOf(name.getElement(depth, Form.UNIFORM)),
                        index -> new ArrayList<>()).add(name);
            }
        }
        return elements.isEmpty() || elements.lastKey() == elements.size() - 1 ? elements : null;
    }

    private <T> List<T> bind(IterableConfigurationPropertySource source,
            SortedMap<Integer, List<ConfigurationPropertyName>> elements, Class<T> type) {
        List<T> bound = new ArrayList<>(elements.size());
        WrittenText text = new WrittenText();
        elements.forEach((index, names) -> bound.add(new Binder(List.of(new Part(source, names, text)),
                new PropertySourcesPlaceholdersResolver(environment))
                .bindOrCreate(list.append("[" + index + "]"), Bindable.of(type), null)));
        return bound;
    }

    /**
     * A source that knows these names only. Ids and arguments are text: a value that YAML reads as a number
     * or a word of its own stays as it is written in the file.
     */
    private record Part(ConfigurationPropertySource whole, List<ConfigurationPropertyName> names,
            WrittenText text)
            implements
                IterableConfigurationPropertySource {

        @Override
        public @Nullable ConfigurationProperty getConfigurationProperty(ConfigurationPropertyName name) {
            ConfigurationProperty property = whole.getConfigurationProperty(name);
            String written = property == null ? null : text.ofChanged(property);
            return property == null || written == null
                    ? property
                    : new ConfigurationProperty(property.getName(), written, property.getOrigin());
        }

        @Override
        public Iterator<ConfigurationPropertyName> iterator() {
            return names.iterator();
        }

        @Override
        public Stream<ConfigurationPropertyName> stream() {
            return names.stream();
        }
    }
}
