package io.headgate.config.plan;

import java.time.format.DateTimeParseException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;
import java.util.stream.Collectors;
import org.springframework.boot.context.properties.bind.validation.BindValidationException;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.validation.FieldError;
import org.springframework.validation.ObjectError;
import org.springframework.web.util.pattern.PatternParseException;

/** Says what was expected instead of the arguments of a predicate or filter, in the words of the file. */
final class ArgumentFaults {

    private static final Pattern SHORTCUT = Pattern.compile("Unable to parse (\\w+)Definition text.*");
    private static final Pattern CONSTANT = Pattern.compile("No enum constant .*?(\\w+)\\.[^.]*");
    private static final Pattern MISSING = Pattern.compile("(\\w+) must not be (null|empty|blank)");
    private static final Pattern SIZE = Pattern.compile("'.*' does not match data size pattern");

    private static final String EXPECTED = "(expected: ";

    private ArgumentFaults() {
    }

    static String why(Exception error) {
        Throwable cause = NestedExceptionUtils.getMostSpecificCause(error);
        return switch (cause) {
            case NumberFormatException number ->
                "a number instead of "
                        + String.valueOf(number.getMessage()).replaceFirst("^[^\"]*", "").strip();
            case PatternSyntaxException pattern ->
                "a regular expression: " + pattern.getDescription() + " at "
                        + pattern.getIndex() + " in " + pattern.getPattern();
            case PatternParseException path ->
                "a path such as /orders/{id} or /orders/**: " + path.getMessage();
            case DateTimeParseException _ ->
                "a date and time with a zone, such as 2027-01-20T17:42:47+01:00[Europe/Berlin]";
            case BindValidationException invalid -> invalid.getValidationErrors().getAllErrors().stream()
                    .map(ArgumentFaults::text).collect(Collectors.joining(", "));
            default -> inWords(String.valueOf(cause.getMessage()));
        };
    }

    private static String inWords(String message) {
        Matcher shortcut = SHORTCUT.matcher(message);
        if (shortcut.matches()) {
            return shortcut.group(1).equals("Predicate")
                    ? "NAME=ARGUMENTS, such as Path=/orders/**"
                    : "NAME=ARGUMENTS, such as StripPrefix=1";
        }
        Matcher constant = CONSTANT.matcher(message);
        if (constant.matches()) {
            return constant.group(1).equals("HttpStatus")
                    ? "a status such as 404 or NOT_FOUND"
                    : "one of the values that the reference names";
        }
        Matcher missing = MISSING.matcher(message);
        if (missing.matches()) {
            return "the argument " + missing.group(1) + ", which is missing";
        }
        int expected = message.lastIndexOf(EXPECTED);
        if (expected >= 0 && message.endsWith(")")) {
            return message.substring(expected + EXPECTED.length(), message.length() - 1);
        }
        return SIZE.matcher(message).matches() ? "a size such as 64KB or 10MB" : message;
    }

    private static String text(ObjectError error) {
        String text = (error instanceof FieldError named ? named.getField() + " " : "")
                + error.getDefaultMessage();
        return inWords(text);
    }
}
