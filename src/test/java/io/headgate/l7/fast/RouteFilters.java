package io.headgate.l7.fast;

import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Filters, in YAML, that the fast path compiles. */
final class RouteFilters {

    private static final String ESCAPING = "'AddRequestParameter=added, ";

    private static final List<String> REQUEST = List.of("StripPrefix=1", "StripPrefix=2", "PrefixPath=/p",
            "'PrefixPath=/p/{seg}'", "'SetPath=/set/{seg}'", "'RewritePath=/\\d+/(?<rest>.*), /re/$\\{rest}'",
            "'RewritePath=/a, /b'", "'AddRequestHeader=X-Added, one'", "'AddRequestHeader=X-Added, s-{seg}'",
            "'SetRequestHeader=X-Client, set'", "RemoveRequestHeader=X-Client",
            "'AddRequestHeadersIfNotPresent=X-Client:a,X-New:b,X-New:c'",
            "'MapRequestHeader=X-Client, X-Mapped'", "PreserveHostHeader",
            "SetRequestHostHeader=set.example.org", "'SetRequestHostHeader={seg}.example.org'",
            "'AddRequestParameter=added, v1'",
            "RemoveRequestParameter=a", "'RewriteRequestParameter=a, changed'",
            ESCAPING + "a \"b\" <c>&added2=e'", ESCAPING + "v-{seg}'");

    /** Those that the answers of other filters pass too. */
    private static final List<String> RESPONSE = List.of("'AddResponseHeader=X-Member, added'",
            "'AddResponseHeader=X-Member, added, false'", "RemoveResponseHeader=X-Member", "SetStatus=201",
            "SetStatus=NOT_FOUND", "SetStatus=204", "SetStatus=205", "SetStatus=304", "SecureHeaders");

    /** See {@link Registered#ANSWER_CLOSED}. */
    private static final List<String> RESPONSE_OF_MEMBER = List.of("'SetResponseHeader=X-Member, {seg}'",
            "'RewriteResponseHeader=X-Member, [aeiou], <$0>'",
            "'DedupeResponseHeader=X-Member X-Other, RETAIN_LAST'",
            "'DedupeResponseHeader=X-Member, RETAIN_UNIQUE'", "RewriteLocationResponseHeader",
            "'RewriteLocationResponseHeader=ALWAYS_STRIP, Location, api.example.org'",
            "'RewriteLocationResponseHeader=NEVER_STRIP, Location'");

    /** What answers instead of a member. */
    private static final List<String> ANSWERING = List.of(
            "'RedirectTo=302, https://elsewhere.example.org/x'",
            "'RedirectTo=307, https://elsewhere.example.org/x?y=1, true'",
            "{ name: RequestSize, args: { maxSize: 5B } }",
            "{ name: RequestSize, args: { maxSize: 7B } }", "RequestHeaderSize=30B",
            "{ name: RequestHeaderSize, args: { maxSize: 30B, errorHeaderName: X-Why } }");

    /** What asks a member again. No filter that sets the status stands behind it. */
    private static final List<String> RETRY = List.of("Retry=1", "'Retry=2,NOT_FOUND'",
            "{ name: Retry, args: { retries: 1, series: [ CLIENT_ERROR, REDIRECTION ], methods: [ GET, HEAD ] } }",
            "{ name: Retry, args: { retries: 2, statuses: CREATED, backoff: { firstBackoff: 1ms } } }");

    /** What takes some answers for failures; none of them opens (see {@link LaneUnderTest}). */
    private static final List<String> BREAKERS = List.of("CircuitBreaker=one",
            "{ name: CircuitBreaker, args: { name: two, statusCodes: [ NOT_FOUND, 500 ] } }");

    /** Not behind others: what they make of some requests fails here within it, and there before it. */
    private static final List<String> RESUMING = List
            .of("{ name: CircuitBreaker, args: { name: three, statusCodes: 404, resumeWithoutError: true } }");

    private static final List<String> COMBINED = List.of("",
            "StripPrefix=1, PrefixPath=/x, 'AddRequestHeader=X-Order, 1', 'AddResponseHeader=X-Order, a', "
                    + "'AddResponseHeader=X-Order, b', 'RewriteResponseHeader=X-Order, a, c'",
            "PrefixPath=/one, PrefixPath=/two, StripPrefix=1", "RewriteLocationResponseHeader, StripPrefix=1",
            "SecureHeaders, 'AddResponseHeader=X-Member, a', SetStatus=201, RemoveResponseHeader=Location, "
                    + "{ name: RequestSize, args: { maxSize: 5B } }, RequestHeaderSize=30B",
            "'SetRequestHeader=X-Client, long-long-long-long-long', RequestHeaderSize=30B, SecureHeaders, "
                    + "'SetResponseHeader=X-Member, s'",
            "SecureHeaders, 'AddResponseHeader=X-Member, a', 'RedirectTo=302, /y, true'");

    /** One route each. */
    static final List<String> ALONE = join(COMBINED, REQUEST, RESPONSE, RESPONSE_OF_MEMBER, ANSWERING,
            RETRY, BREAKERS, RESUMING);

    private RouteFilters() {
    }

    @SafeVarargs
    private static List<String> join(List<String>... lists) {
        List<String> all = new ArrayList<>();
        for (List<String> list : lists) {
            all.addAll(list);
        }
        return List.copyOf(all);
    }

    /** Up to six of them in any order. */
    static List<String> random(SplittableRandom random) {
        List<String> chosen = new ArrayList<>();
        int answering = random.nextInt(4) == 0 ? random.nextInt(6) : 6;
        for (int i = random.nextInt(6); i >= 0; i--) {
            if (i == answering) {
                chosen.removeIf(RESPONSE_OF_MEMBER::contains);
                chosen.add(any(random, ANSWERING));
            }
            String next = switch (random.nextInt(5)) {
                case 0 -> any(random, RESPONSE);
                case 1 -> any(random, RESPONSE_OF_MEMBER);
                default -> any(random, REQUEST);
            };
            // one that escapes has a percent sign to meet with the other
            if (!next.startsWith(ESCAPING) || chosen.stream().noneMatch(has -> has.startsWith(ESCAPING))) {
                chosen.add(next);
            }
        }
        if (random.nextInt(4) == 0) {
            int least = 0;
            for (int i = 0; i < chosen.size(); i++) {
                least = chosen.get(i).startsWith("SetStatus") ? i + 1 : least;
            }
            int at = least + random.nextInt(chosen.size() - least + 1);
            chosen.add(at, any(random, RETRY));
            if (random.nextBoolean()) {
                chosen.add(least + random.nextInt(at - least + 1), any(random, BREAKERS));
            }
        }
        return chosen;
    }

    private static String any(SplittableRandom random, List<String> of) {
        return of.get(random.nextInt(of.size()));
    }
}
