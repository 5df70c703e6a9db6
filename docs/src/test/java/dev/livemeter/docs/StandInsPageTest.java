package dev.livemeter.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StandInsPageTest {

    private static final String TEST =
            "sdk-providers/platforms/src/test/java/dev/livemeter/platforms/StandInsExampleTest.java";

    @Test
    void showsTheTestThatRuns() {
        var source = Project.read(TEST);
        var region = source.substring(
                        source.indexOf("// example: begin") + "// example: begin".length(),
                        source.indexOf("// example: end"))
                .stripIndent()
                .strip();
        assertThat(Project.read("docs/stand-ins.md")).contains("```java\n" + region + "\n```");
    }
}
