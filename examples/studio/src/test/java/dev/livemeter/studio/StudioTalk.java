package dev.livemeter.studio;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/** For tests of two people who talk: a studio of its own for each test, and both people's browsers, signed in. */
abstract class StudioTalk {

    /** Tag of tests in which tokens last for ten seconds. */
    static final String SHORT_TOKENS = "short-tokens";

    @TempDir
    Path desk;

    @TempDir
    Path phone;

    StudioApplication studio;
    TwoPeople people;

    @BeforeEach
    void open(TestInfo test) throws IOException {
        var options = test.getTags().contains(SHORT_TOKENS)
                ? StudioOptions.parse("--demo", "--token-for", "10")
                : StudioOptions.parse("--demo");
        studio = StudioApplication.start(options, event -> {});
        studio.welcome();
        people = TwoPeople.at(studio, desk, phone);
    }

    @AfterEach
    void close() {
        if (people != null) {
            people.close();
        }
        if (studio != null) {
            studio.close();
        }
    }
}
