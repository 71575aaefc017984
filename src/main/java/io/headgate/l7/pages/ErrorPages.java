package io.headgate.l7.pages;

import io.headgate.l7.pages.ErrorPage.Form;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Which page a client gets in the place of an error. Of several for a status, that of the rule with the
 * fewest statuses is taken, and of such the last. Immutable, but for the pages, which are read again.
 */
public final class ErrorPages {

    /** None. */
    public static final ErrorPages NONE = new ErrorPages(List.of());

    private static final String PROBLEM = "application/problem+json";

    private final List<Rule> rules;

    private ErrorPages(List<Rule> rules) {
        this.rules = rules;
    }

    /**
     * The pages for some statuses: one at least.
     *
     * @param ofMembers whether they replace members' answers too, not only Headgate's own
     */
    public record Rule(BitSet statuses, @Nullable Supplier<ErrorPage> html,
            @Nullable Supplier<ErrorPage> json, boolean ofMembers) {

        public Rule {
            statuses = (BitSet) statuses.clone();
        }

        @Nullable
        ErrorPage page(Form form) {
            Supplier<ErrorPage> page = form == Form.HTML ? html : json;
            return page == null ? null : page.get();
        }
    }

    /** A page that stays as it is. */
    public record Fixed(ErrorPage get) implements Supplier<ErrorPage> {}

    public static ErrorPages of(List<Rule> rules) {
        return rules.isEmpty()
                ? NONE
                : new ErrorPages(rules.reversed().stream()
                        .sorted(Comparator.comparingInt(rule -> rule.statuses().cardinality())).toList());
    }

    public boolean isEmpty() {
        return rules.isEmpty();
    }

    /**
     * The page for an answer with this status, in the form that the client wants more. A client that wants
     * both alike gets JSON if there is such a page.
     *
     * @param ofMember whether a member has answered
     * @param accept the values of the client's header of this name
     * @return null if the answer stays as it is
     */
    public @Nullable ErrorPage find(int status, boolean ofMember, List<String> accept) {
        for (Rule rule : rules) {
            if (rule.statuses().get(status) && (rule.ofMembers() || !ofMember)) {
                return choose(rule, accept);
            }
        }
        return null;
    }

    private static @Nullable ErrorPage choose(Rule rule, List<String> accept) {
        double html = Acceptance.of(accept, "text/html");
        double json = Math.max(Acceptance.of(accept, "application/json"), Acceptance.of(accept, PROBLEM));
        boolean wantsHtml = html > json || (html == json && rule.json() == null);
        return Math.max(html, json) == 0 ? null : rule.page(wantsHtml ? Form.HTML : Form.JSON);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ErrorPages pages && rules.equals(pages.rules);
    }

    @Override
    public int hashCode() {
        return rules.hashCode();
    }
}
