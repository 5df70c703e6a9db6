package dev.livemeter.standin.rtmp;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.standin.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NginxIngestTest {

    @Test
    void takesAnyStreamWhereNobodyIsAskedAndKeepsIt() throws Exception {
        try (var ingest = NginxIngest.of("live2").recording().start();
                var publisher = new Publisher(ingest.address(), "any-key")) {
            Await.until("it is recorded", () -> !ingest.recorded().isEmpty());
            assertThat(publisher.isOver()).isFalse();
        }
    }

    @Test
    void isGoneOnceItIsClosed() {
        var ingest = NginxIngest.of("app").start();
        ingest.close();
        assertThat(listens(ingest.port())).isFalse();
    }

    @Test
    void aKilledProcessLeavesNoNginxBehind() throws Exception {
        var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        var process = new ProcessBuilder(java, "-cp", System.getProperty("java.class.path"), Main.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var out = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            var port = Integer.parseInt(out.readLine());
            assertThat(listens(port)).isTrue();
            process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
            Await.until("nginx is gone", () -> !listens(port));
        } finally {
            process.destroyForcibly();
        }
    }

    /** A process that is killed. */
    static final class Main {

        private Main() {}

        public static void main(String[] arguments) throws InterruptedException {
            System.out.println(NginxIngest.of("app").start().port());
            Thread.sleep(TimeUnit.MINUTES.toMillis(1));
        }
    }

    private static boolean listens(int port) {
        try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException refused) {
            return false;
        }
    }
}
