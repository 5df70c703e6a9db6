package dev.livemeter.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** The table of what the relay must get right names only tests that there are and that bear the number of their point, and all sixteen points. */
class AcceptanceTest {

    private static final Pattern POINT = Pattern.compile("(?m)^\\| ([0-9]+) \\|(.*)$");
    private static final Pattern NAMED = Pattern.compile("`([A-Z][A-Za-z0-9]*Test)#([a-z][A-Za-z0-9]*)`");

    @Test
    void everyTestThatIsNamedExistsAndBearsTheNumberOfItsPoint() throws IOException {
        var page = Project.read("docs/acceptance.md");
        assertThat(POINT.matcher(page).results().map(match -> match.group(1)))
                .containsExactly("1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16");
        var tests = tests();
        assertThat(NAMED.matcher(page).results()).hasSizeGreaterThan(30);
        var missing = new ArrayList<String>();
        for (var point : POINT.matcher(page).results().toList()) {
            for (var match : NAMED.matcher(point.group(2)).results().toList()) {
                var source = tests.getOrDefault(match.group(1) + ".java", "");
                if (!isTest(source, match.group(2)) || !isCalled(source, match.group(2), point.group(1))) {
                    missing.add(point.group(1) + ": " + match.group());
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    private static boolean isTest(String source, String name) {
        return Pattern.compile("@(Test|ParameterizedTest)\\b[^{;]*?\\bvoid " + name + "\\(", Pattern.DOTALL)
                .matcher(source)
                .find();
    }

    private static boolean isCalled(String source, String name, String point) {
        return Pattern.compile(
                        "@DisplayName\\(\\s*\"Acceptance " + point + ": [^\"]+\"\\)[^{;]*?\\bvoid " + name + "\\(")
                .matcher(source)
                .find();
    }

    /** The sources of all tests, by their file's name. */
    private static Map<String, String> tests() throws IOException {
        try (var modules = Files.walk(Project.ROOT, 4)) {
            var folders = modules.filter(path -> path.endsWith(Path.of("src", "test")))
                    .toList();
            return folders.stream()
                    .flatMap(folder -> sources(folder).stream())
                    .collect(Collectors.toMap(
                            path -> path.getFileName().toString(), AcceptanceTest::text, (one, other) -> one + other));
        }
    }

    private static List<Path> sources(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(path -> path.toString().endsWith("Test.java")).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String text(Path path) {
        try {
            return Files.readString(path);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
