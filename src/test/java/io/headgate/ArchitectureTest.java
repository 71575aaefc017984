package io.headgate;

import static com.tngtech.archunit.core.domain.JavaAccess.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.type;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameStartingWith;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaFieldAccess;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.junit.CacheMode;
import com.tngtech.archunit.lang.ArchRule;
import io.headgate.net.Recurring;
import io.headgate.pool.Reason;
import io.headgate.pool.Reason.Where;
import io.headgate.testing.Pause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The package table of ARCHITECTURE.md, and the calls that nobody may make. */
@AnalyzeClasses(packages = "io.headgate", cacheMode = CacheMode.PER_CLASS)
class ArchitectureTest {

    private static final Map<String, List<String>> MAY_IMPORT = Map.ofEntries(
            Map.entry("config",
                    List.of("acme", "observe", "l7", "l4", "health", "discovery", "security", "pool", "net",
                            "filter")),
            Map.entry("acme", List.of("net")),
            Map.entry("filter", List.of()), Map.entry("testkit", List.of()),
            Map.entry("observe", List.of("pool", "health", "discovery", "l4", "l7")),
            Map.entry("l7", List.of("pool", "security", "net", "filter")),
            Map.entry("l4", List.of("pool", "security", "net")),
            Map.entry("health", List.of("pool", "security", "net")),
            Map.entry("discovery", List.of("pool", "net")), Map.entry("security", List.of()),
            Map.entry("pool", List.of()), Map.entry("net", List.of()), Map.entry("demo", List.of()),
            Map.entry("admin",
                    List.of("config", "observe", "l7", "l4", "health", "discovery", "security", "pool",
                            "net")));

    /**
     * The rooms of config; its own classes put them together, so they may import all and nothing imports
     * them.
     */
    private static final Map<String, List<String>> ROOMS = Map.of("properties", List.of(), "fault", List.of(),
            "source", List.of("properties", "fault"), "tls", List.of("properties", "fault"), "plan",
            List.of("properties", "fault", "source", "tls"), "reload",
            List.of("properties", "fault", "source", "tls", "plan"), "lifecycle",
            List.of("properties", "plan", "reload"));

    /** Features that both lanes have know neither, and the lanes meet only in the routes. */
    private static final Map<String, List<String>> LAYER_7 = Map.of("admit", List.of(), "cache", List.of(),
            "compress", List.of(), "limit", List.of(), "mirror", List.of(), "pages", List.of(), "port",
            List.of(),
            "route", List.of("cache", "compress", "mirror", "pages"), "fast",
            List.of("cache", "compress", "mirror", "pages", "port", "route"), "gateway",
            List.of("admit", "cache", "compress", "limit", "mirror", "pages", "port", "route"));

    @ArchTest
    void packagesImportOnlyWhatTheTableAllows(JavaClasses classes) {
        check("io.headgate.", MAY_IMPORT, classes);
    }

    @ArchTest
    void roomsOfConfigImportOnlyThoseBeforeThem(JavaClasses classes) {
        check("io.headgate.config.", ROOMS, classes);
        allAreIn("io.headgate.config.", ROOMS, classes);
        noClasses().that().resideInAPackage("io.headgate.config.*..").and(new ProductionCode()).should()
                .dependOnClassesThat().resideInAPackage("io.headgate.config").check(classes);
    }

    @ArchTest
    void packagesOfLayer7ImportOnlyWhatTheirTableAllows(JavaClasses classes) {
        check("io.headgate.l7.", LAYER_7, classes);
        allAreIn("io.headgate.l7.", LAYER_7, classes);
        noClasses().that().resideInAPackage("io.headgate.l7").and(new ProductionCode()).should()
                .dependOnClassesThat().resideInAPackage("io.headgate.l7.*..").check(classes);
    }

    /** The table of layer 7, as it is written down, is the one that is held here. */
    @ArchTest
    void theTableOfLayer7IsTheOneThatIsWrittenDown(JavaClasses classes) throws IOException {
        Map<String, List<String>> written = new HashMap<>();
        Matcher row = Pattern.compile("(?m)^\\| `l7\\.(\\w+)` \\|.*\\| ([a-z, ]+) \\|$").matcher(page());
        while (row.find()) {
            written.put(row.group(1),
                    row.group(2).equals("nothing") ? List.of() : List.of(row.group(2).split(", ")));
        }
        assertThat(written).isEqualTo(LAYER_7);
    }

    /** What the drawings and the text name is there: a class that was renamed is renamed there, too. */
    @ArchTest
    void everyClassThatArchitectureNamesExists(JavaClasses classes) throws IOException {
        Set<String> known = classes.stream().map(JavaClass::getSimpleName).collect(Collectors.toSet());
        Matcher word = Pattern.compile("\\b(?:[A-Z]\\w*[a-z]\\w*[A-Z]\\w*|(?<=`)[A-Z]\\w*[a-z](?=`))\\b")
                .matcher(page());
        assertThat(word.results().map(MatchResult::group).distinct())
                .as("classes in ARCHITECTURE.md").hasSizeGreaterThan(50)
                .filteredOn(name -> !known.contains(name))
                .containsExactlyInAnyOrder("PostgreSQL", "DiscoveryClient", "Ticker");
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("ARCHITECTURE.md"));
    }

    private static void allAreIn(String parent, Map<String, List<String>> table, JavaClasses classes) {
        classes().that().resideInAPackage(parent + "*..").should().resideInAnyPackage(
                table.keySet().stream().map(name -> parent + name + "..").toArray(String[]::new))
                .check(classes);
    }

    private static void check(String parent, Map<String, List<String>> mayImport, JavaClasses classes) {
        mayImport.forEach((name, allowed) -> {
            String[] forbidden = mayImport.keySet().stream()
                    .filter(other -> !other.equals(name) && !allowed.contains(other))
                    .map(other -> parent + other + "..").toArray(String[]::new);
            noClasses().that().resideInAPackage(parent + name + "..").and(new ProductionCode()).should()
                    .dependOnClassesThat().resideInAnyPackage(forbidden).allowEmptyShould(true)
                    .check(classes);
        });
    }

    /** The tests' common fixtures may know every package, and the tests of every package know them. */
    @ArchTest
    static final ArchRule thereAreNoPackageCycles = slices().matching("io.headgate.(*)..").should()
            .beFreeOfCycles()
            .ignoreDependency(resideInAPackage("io.headgate.testing.."), DescribedPredicate.alwaysTrue());

    @ArchTest
    void thereAreNoCyclesInsideLayer7(JavaClasses classes) {
        slices().matching("io.headgate.l7.(**)").should().beFreeOfCycles()
                .check(classes.that(new ProductionCode()));
    }

    @ArchTest
    static final ArchRule theFastLaneDoesNotKnowTheSlowOne = noClasses().that()
            .resideInAPackage("io.headgate.l7.fast..").should().dependOnClassesThat()
            .resideInAPackage("io.headgate.l7.gateway..");

    @ArchTest
    static final ArchRule theSlowLaneDoesNotKnowTheFastOne = noClasses().that()
            .resideInAPackage("io.headgate.l7.gateway..").should().dependOnClassesThat()
            .resideInAPackage("io.headgate.l7.fast..");

    @ArchTest
    static final ArchRule layer4DoesNotKnowTheKernelsEngine = noClasses().that()
            .resideInAPackage("io.headgate.l4").and(new ProductionCode()).should().dependOnClassesThat()
            .resideInAPackage("io.headgate.l4.kernel..");

    /** But for Netty's ticker, and for TLS contexts, which it hands on. */
    @ArchTest
    static final ArchRule aPoolIsPureJava = classes().that().resideInAPackage("io.headgate.pool..")
            .and(new ProductionCode()).should().onlyDependOnClassesThat()
            .resideInAnyPackage("java..", "javax.crypto..", "org.jspecify..", "io.headgate.pool..",
                    "io.netty.util.concurrent..", "io.netty.handler.ssl..");

    @ArchTest
    static final ArchRule timeIsAParameter = noClasses().should().callMethod(System.class, "nanoTime")
            .orShould()
            .callMethod(System.class, "currentTimeMillis").orShould().callMethod(Instant.class, "now")
            .orShould()
            .callMethod(Thread.class, "sleep", long.class).orShould()
            .callMethod(Thread.class, "sleep", Duration.class).orShould().callMethod(Math.class, "random");

    /** docs/reasons.md says where a reason can occur: that is where the code names it. */
    @ArchTest
    static final ArchRule layer4NamesOnlyReasonsOfLayer4 = noClasses().that()
            .resideInAPackage("io.headgate.l4..").and(new ProductionCode())
            .should().accessFieldWhere(isReason("not of layer 4", where -> !where.isLayer4()));

    @ArchTest
    static final ArchRule layer7NamesOnlyReasonsOfLayer7 = noClasses().that()
            .resideInAPackage("io.headgate.l7..").and(new ProductionCode())
            .should().accessFieldWhere(isReason("not of layer 7", where -> !where.isLayer7()));

    private static DescribedPredicate<JavaFieldAccess> isReason(String which, Predicate<Where> where) {
        return DescribedPredicate.describe("a reason " + which + " is named",
                access -> access.getTargetOwner().isEquivalentTo(Reason.class)
                        && Stream.of(Reason.values())
                                .anyMatch(reason -> reason.name().equals(access.getName())
                                        && where.test(reason.where())));
    }

    /** By a condition that is polled; where there is none, by {@link Pause}, which says why. */
    @ArchTest
    static final ArchRule testsWaitByCondition = noClasses()
            .that(DescribedPredicate.not(new ProductionCode()))
            .and().doNotBelongToAnyOf(Pause.class).should()
            .callMethodWhere(target(owner(type(LockSupport.class))).and(target(nameStartingWith("park"))))
            .orShould().callMethodWhere(target(owner(type(TimeUnit.class))).and(target(name("sleep"))))
            .orShould().callMethodWhere(target(nameMatching("pollDelay|setDefaultPollDelay")));

    /** With the first exception, such a task would end in silence. */
    @ArchTest
    static final ArchRule repeatedTasksSurviveFailures = noClasses().that(new ProductionCode())
            .and().doNotBelongToAnyOf(Recurring.class).should()
            .callMethodWhere(target(nameMatching("scheduleAtFixedRate|scheduleWithFixedDelay")))
            .orShould().callMethodWhere(target(name("schedulePeriodically"))
                    .and(DescribedPredicate.describe("but for one that is wrapped",
                            call -> call.getOriginOwner().getAccessesFromSelf().stream()
                                    .noneMatch(access -> access.getTargetOwner().isEquivalentTo(
                                            Recurring.class)))));

    private static final class ProductionCode
            extends
                DescribedPredicate<JavaClass> {

        ProductionCode() {
            super("production code");
        }

        @Override
        public boolean test(JavaClass type) {
            return type.getSource().map(source -> !source.getUri().toString().contains("/test-classes/"))
                    .orElse(true);
        }
    }
}
