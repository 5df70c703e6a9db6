package dev.livemeter.studio;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** For tests of pages as one person uses them: a studio of its own for each, and a real Chromium. */
abstract class StudioPage {

    @TempDir
    Path profile;

    StudioApplication studio;
    StudioBrowser browser;

    @BeforeEach
    void open() throws IOException {
        studio = start();
        studio.welcome();
        browser = new StudioBrowser(profile);
    }

    StudioApplication start() throws IOException {
        return StudioApplication.start(StudioOptions.parse("--demo"), event -> {});
    }

    @AfterEach
    void close() throws IOException {
        if (browser != null) {
            browser.close();
        }
        if (studio != null) {
            studio.close();
        }
    }
}
