package dev.livemeter.docs;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Every piece of code in {@code docs/write-a-provider.md} stands so in the plugin that is tested. */
class CookbookTest {

    private static final Pattern PIECE =
            Pattern.compile("(?m)^```(java|xml|text)\\n(.*?)^```", Pattern.DOTALL | Pattern.MULTILINE);
    private static final Pattern IN_BACKQUOTES = Pattern.compile("`([A-Z][A-Za-z]+Contract)`");

    @Test
    void showsTheCodeThatIsTested() throws IOException {
        var sources = sources();
        var pieces = PIECE.matcher(Project.read("docs/write-a-provider.md"))
                .results()
                .map(match -> withoutIndentation(match.group(2)))
                .toList();
        assertThat(pieces).hasSizeGreaterThan(8);
        assertThat(pieces.stream().filter(piece -> sources.stream().noneMatch(source -> source.contains(piece))))
                .as("pieces of code that are not so in examples/lighthouse")
                .isEmpty();
    }

    @Test
    void namesOnlyKitsThatThereAre() {
        var kits = IN_BACKQUOTES
                .matcher(Project.read("docs/write-a-provider.md"))
                .results()
                .map(match -> match.group(1))
                .collect(Collectors.toSet());
        assertThat(kits)
                .hasSizeGreaterThan(5)
                .allSatisfy(kit -> assertThat(Project.ROOT.resolve(
                                "sdk-testing/src/main/java/dev/livemeter/testing/contract/" + kit + ".java"))
                        .exists());
    }

    private static List<String> sources() throws IOException {
        var plugin = Project.ROOT.resolve("examples/lighthouse");
        try (var files = Files.walk(plugin)) {
            return files.filter(Files::isRegularFile)
                    .filter(file -> file.startsWith(plugin.resolve("src")) || file.endsWith("pom.xml"))
                    .map(CookbookTest::text)
                    .toList();
        }
    }

    private static String text(Path file) {
        try {
            return withoutIndentation(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String withoutIndentation(String text) {
        return text.lines().map(String::strip).collect(Collectors.joining("\n")).strip();
    }
}
