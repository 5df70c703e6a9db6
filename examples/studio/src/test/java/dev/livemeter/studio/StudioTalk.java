package dev.livemeter.studio;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** For tests of two people who talk: a studio of its own for each test, and both people's browsers, signed in. */
abstract class StudioTalk {

    @TempDir
    Path desk;

    @TempDir
    Path phone;

    StudioApplication studio;
    TwoPeople people;

    @BeforeEach
    void open() throws IOException {
        studio = StudioApplication.start(StudioOptions.parse("--demo"), event -> {});
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
