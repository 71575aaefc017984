package io.headgate.l7.gateway.expand;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.springframework.web.util.UriComponentsBuilder;
import org.springframework.web.util.UriTemplate;

/**
 * Text in which {@code {name}} stands for a URI variable, cut into its parts when configuration is applied.
 * Spring's own templates cannot be used: they leave {@code /}, {@code &} and {@code =} of a value as they
 * are, so that one segment of the client's path would become several.
 *
 * @param literals the text before, between and after the variables, one more than there are names
 */
public record TargetTemplate(List<String> literals, List<String> names) {

    private static final Pattern VARIABLE = Pattern.compile("\\{([^/]+?)}");

    private static final Pattern MARK = Pattern.compile("~(\\d+)~variable~");

    public TargetTemplate {
        literals = List.copyOf(literals);
        names = List.copyOf(names);
    }

    /** Of a path; its literals are read and escaped as Spring's {@code UriTemplate} does. */
    public static TargetTemplate path(String text) {
        UriTemplate template = new UriTemplate(text);
        List<String> found = template.getVariableNames();
        Map<String, String> marks = new HashMap<>();
        for (int i = 0; i < found.size(); i++) {
            marks.put(found.get(i), "~" + i + "~variable~");
        }
        String path = String.valueOf(template.expand(marks).getRawPath());
        return cut(path, MARK, mark -> found.get(Integer.parseInt(mark)), UnaryOperator.identity());
    }

    /** Of anything else, read as Spring Cloud Gateway reads the values of its filters. */
    public static TargetTemplate value(String text, UnaryOperator<String> escape) {
        if (text.indexOf('{') < 0) {
            return new TargetTemplate(List.of(escape.apply(text)), List.of());
        }
        String read = String.valueOf(UriComponentsBuilder.fromPath(text).build().getPath());
        return cut(read, VARIABLE, TargetTemplate::name, escape);
    }

    /** Of a whole URI, with its literals as they are. */
    public static TargetTemplate uri(String text) {
        return cut(text, VARIABLE, TargetTemplate::name, UnaryOperator.identity());
    }

    /** The text after a colon is the pattern of a variable's value. */
    private static String name(String variable) {
        int colon = variable.indexOf(':');
        return colon < 0 ? variable : variable.substring(0, colon);
    }

    private static TargetTemplate cut(String text, Pattern variable, UnaryOperator<String> name,
            UnaryOperator<String> escape) {
        List<String> literals = new ArrayList<>();
        List<String> names = new ArrayList<>();
        Matcher matcher = variable.matcher(text);
        int from = 0;
        while (matcher.find()) {
            literals.add(escape.apply(text.substring(from, matcher.start())));
            names.add(name.apply(matcher.group(1)));
            from = matcher.end();
        }
        literals.add(escape.apply(text.substring(from)));
        return new TargetTemplate(literals, names);
    }

    /** Whether it is the same for each request. */
    public boolean isConstant() {
        return names.isEmpty();
    }

    /**
     * With a request's values.
     *
     * @param spelled writes a value, given the text before it
     * @throws IllegalArgumentException if a variable is unknown
     */
    public String expand(Map<String, String> variables, BiFunction<CharSequence, String, String> spelled) {
        StringBuilder text = new StringBuilder(literals.getFirst());
        for (int i = 0; i < names.size(); i++) {
            String value = variables.get(names.get(i));
            if (value == null) {
                throw new IllegalArgumentException("no value for the URI variable " + names.get(i));
            }
            text.append(spelled.apply(text, value)).append(literals.get(i + 1));
        }
        return text.toString();
    }
}
