package dev.livemeter.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class ReadmeTest {

    private static final Pattern LINK = Pattern.compile("\\]\\((?!https?:)([^)#]+)(#[^)]*)?\\)");

    @Test
    void showsTheCodeThatRuns() {
        var source = Project.read("examples/quickstart/src/main/java/dev/livemeter/quickstart/Quickstart.java");
        var region = source.substring(
                        source.indexOf("// README: begin") + "// README: begin".length(),
                        source.indexOf("// README: end"))
                .stripIndent()
                .strip();
        assertThat(Project.read("README.md")).contains("```java\n" + region + "\n```");
        assertThat(region.lines().count()).as("lines of code").isLessThanOrEqualTo(15);
    }

    @Test
    void linksLeadSomewhere() throws Exception {
        try (var files = Files.walk(Project.ROOT)) {
            var pages = files.filter(file -> file.toString().endsWith(".md"))
                    .filter(file -> !file.toString().contains("target")
                            && !file.toString().contains("node_modules"))
                    .toList();
            assertThat(pages).isNotEmpty().allSatisfy(ReadmeTest::linksOf);
        }
    }

    private static void linksOf(Path page) throws java.io.IOException {
        var links = LINK.matcher(Files.readString(page));
        while (links.find()) {
            var parent = page.getParent();
            assertThat(parent.resolve(links.group(1)))
                    .as("a link in " + page.getFileName())
                    .exists();
        }
    }
}
