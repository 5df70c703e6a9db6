package dev.livemeter.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaMethod;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import dev.livemeter.testing.contract.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A rule without a test, or a test of a rule that nobody wrote down, fails the build. */
class ContractRulesTest {

    private static final Pattern RULE = Pattern.compile("(?m)^- \\*\\*([A-Z]{3}-[0-9]{2})\\*\\* ");

    @Test
    void everyRuleHasATestAndEveryTestARule() throws IOException {
        var written = written();
        assertThat(written).doesNotHaveDuplicates().hasSizeGreaterThan(20);
        assertThat(tested()).isEqualTo(new TreeSet<>(written));
    }

    private static List<String> written() throws IOException {
        var rules = new ArrayList<String>();
        try (var pages = Files.list(Project.ROOT.resolve("docs/contracts"))) {
            for (var page : pages.toList()) {
                RULE.matcher(Files.readString(page)).results().forEach(match -> rules.add(match.group(1)));
            }
        }
        return rules;
    }

    private static Set<String> tested() {
        return new ClassFileImporter()
                .importPackages("dev.livemeter.testing.contract").stream()
                        .flatMap(type -> type.getMethods().stream())
                        .filter(method -> method.isAnnotatedWith(Rule.class))
                        .filter(method -> method.isAnnotatedWith("org.junit.jupiter.api.Test")
                                || method.isAnnotatedWith("org.junit.jupiter.params.ParameterizedTest")
                                || method.isAnnotatedWith("org.junit.jupiter.api.RepeatedTest"))
                        .flatMap(method -> Arrays.stream(rules(method)))
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private static String[] rules(JavaMethod method) {
        return method.getAnnotationOfType(Rule.class).value();
    }
}
