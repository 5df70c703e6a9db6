package dev.livemeter.studio;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.call.CallEnd;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The application is killed while two people talk, and started again at the same address: nobody talks for nothing meanwhile, and nobody pays for more than was confirmed. */
@Tag("once") // what takes so long here is Chromium
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class KilledInACallTest {

    @TempDir
    Path data;

    @TempDir
    Path desk;

    @TempDir
    Path phone;

    private Process server;
    private Instant killedAt;

    private BufferedReader start(int port) throws IOException {
        server = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        StudioProcess.class.getName(),
                        data.toString(),
                        Integer.toString(port))
                .redirectErrorStream(true)
                .start();
        return server.inputReader();
    }

    @AfterEach
    void stop() throws InterruptedException {
        server.destroyForcibly().waitFor();
    }

    private static String read(BufferedReader output, String name) throws IOException {
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith(name + " ")) {
                return line.substring(name.length() + 1);
            }
        }
        throw new AssertionError("The studio ended before it told its " + name + ".");
    }

    /** Whoever does not read a process stops it in the end. */
    private static void drain(BufferedReader output) {
        var reader = new Thread(() -> output.lines().forEach(line -> {}), "what-the-studio-says");
        reader.setDaemon(true);
        reader.start();
    }

    @Test
    void theCallEndsForBothAndTheyCanCallAgainAfterTheRestart() throws Exception {
        var first = start(0);
        var page = read(first, "page");
        try (var people = TwoPeople.open(page, desk, phone)) {
            people.signIn(read(first, "desk"), read(first, "directory"));
            drain(first);
            people.aliceStarts();
            people.veraCalls();
            TimeUnit.SECONDS.sleep(4);
            server.destroyForcibly().waitFor();
            killedAt = Instant.now();
            people.veraIs("ended");
            people.veraReads("The server has not answered for 8 seconds, so the call was ended.");
            people.aliceIs("ready");

            var second = start(URI.create(page).getPort());
            // An address that differs behind the hash alone would not be loaded again.
            people.alice().open("about:blank");
            people.vera().open("about:blank");
            people.signIn(read(second, "desk"), read(second, "directory"));
            people.aliceStarts();
            people.veraCalls();
            people.vera().clickInside("Hang up");
            people.veraIs("ended");
            // The end is told before it is in the books.
            while (!read(second, "stored").equals("HUNG_UP")) {
                // The one before, which was lost.
            }
        }
        server.destroyForcibly().waitFor();
        whatIsInTheBooks();
    }

    private void whatIsInTheBooks() throws IOException {
        try (var studio =
                StudioApplication.start(new StudioOptions(true, false, 0, 0, data, Duration.ZERO), event -> {})) {
            var calls = studio.live().calls().history(StudioApplication.VIEWER, 10, null);
            assertThat(calls).hasSize(2);
            var killed = calls.get(1);
            assertThat(calls.get(0).end().cause()).isEqualTo(CallEnd.Cause.HUNG_UP);
            assertThat(killed.end().cause()).isEqualTo(CallEnd.Cause.LOST);
            assertThat(killed.talked())
                    .as("charged of at least 4 s, up to the last proof before the kill")
                    .isBetween(Duration.ofSeconds(2), Duration.between(killed.acceptedAt(), killedAt));
            assertThat(studio.verifyBooks().findings()).isEmpty();
        }
    }
}
