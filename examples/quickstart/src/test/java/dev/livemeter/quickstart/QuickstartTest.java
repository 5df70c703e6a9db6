package dev.livemeter.quickstart;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Runs the README's code as a stranger would: in a folder of its own, with a real encoder. */
@Timeout(value = 240, unit = TimeUnit.SECONDS)
class QuickstartTest {

    private static final Pattern INVITATION = Pattern.compile("Publish to (rtmp://\\S+) with key (\\S+)");

    @TempDir
    Path folder;

    private Process quickstart;
    private BufferedReader output;

    @BeforeEach
    void start() throws IOException {
        for (var port : new int[] {1935, 8080}) {
            try (var free = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                assertThat(free.isBound()).isTrue();
            } catch (IOException taken) {
                throw new AssertionError(
                        "The README's code uses port " + port
                                + ", which is taken on this machine; stop what listens there.",
                        taken);
            }
        }
        quickstart = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Quickstart.class.getName())
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        output = quickstart.inputReader();
    }

    @AfterEach
    void stop() throws InterruptedException {
        quickstart.destroy();
        if (!quickstart.waitFor(60, TimeUnit.SECONDS)) {
            quickstart.destroyForcibly().waitFor();
        }
    }

    @Test
    void takesAPublisherAgainstAHoldAndTurnsAStrangerAway() throws Exception {
        var invitation = INVITATION.matcher(read(line -> line.contains("Publish to")));
        assertThat(invitation.find()).isTrue();
        var key = invitation.group(2);
        assertThat(invitation.group(1)).isEqualTo("rtmp://127.0.0.1/live");
        assertThat(key).startsWith("ec_live_alice_");
        assertThat(folder.resolve("livemeter.mv.db")).exists();
        assertThat(folder.resolve("livemeter.secret.key")).exists();

        publish(invitation.group(1) + "/" + key + "x");
        assertThat(read(line -> line.contains("refused"))).contains("refused with 403");

        var encoder = publish(invitation.group(1) + "/" + key);
        assertThat(read(line -> line.contains("authorized")))
                .contains("The stream is authorized; 5.00 USD held, 5.00 USD still available.");
        encoder.destroy();
        assertThat(read(line -> line.contains("ended"))).contains("The stream ended after 0:00 for 0.00 USD");

        var answer = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(URI.create("http://127.0.0.1:8080/api/status"))
                                .build(),
                        BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.headers().firstValue("Content-Type")).contains("application/problem+json");
    }

    private static Process publish(String url) throws IOException {
        return new ProcessBuilder(
                        "ffmpeg",
                        "-nostdin",
                        "-loglevel",
                        "error",
                        "-re",
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc2=size=320x240:rate=10",
                        "-t",
                        "30",
                        "-c:v",
                        "libx264",
                        "-preset",
                        "ultrafast",
                        "-g",
                        "10",
                        "-pix_fmt",
                        "yuv420p",
                        "-f",
                        "flv",
                        url)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private String read(Predicate<String> wanted) throws IOException {
        var seen = new StringBuilder();
        for (var line = output.readLine(); line != null; line = output.readLine()) {
            if (wanted.test(line)) {
                return line;
            }
            seen.append(line).append('\n');
        }
        throw new AssertionError("The quick start ended after:\n" + seen);
    }
}
