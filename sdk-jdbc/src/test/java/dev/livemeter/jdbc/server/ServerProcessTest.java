package dev.livemeter.jdbc.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(180)
@Tag("once") // processes
class ServerProcessTest {

    @TempDir
    private Path folder;

    @Test
    void diesWithAJvmThatIsKilled() throws Exception {
        var jvm = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (var output = jvm.inputReader()) {
            var server = ProcessHandle.of(Long.parseLong(output.readLine())).orElseThrow();
            assertThat(server.isAlive()).isTrue();

            jvm.toHandle().destroyForcibly();

            assertThat(server.onExit().get(60, TimeUnit.SECONDS).isAlive()).isFalse();
        } finally {
            jvm.destroyForcibly();
        }
    }

    @Test
    void isFrozenWithAllThatItMadeAndThawed() throws Exception {
        var script = "echo $$ >>\"$0/pids\"; sleep 1000 & echo $! >>\"$0/pids\"; wait";
        var server = ServerProcess.start(List.of("sh", "-c", script, folder.toString()), folder, folder.resolve("log"));
        try {
            List<String> pids;
            do {
                pids = Files.exists(folder.resolve("pids")) ? Files.readAllLines(folder.resolve("pids")) : List.of();
            } while (pids.size() < 2);

            server.pause();
            assertThat(pids)
                    .allSatisfy(pid -> assertThat(Files.readString(Path.of("/proc", pid, "stat")))
                            .contains(") T "));

            server.resume();
            assertThat(server.isAlive()).isTrue();
        } finally {
            server.resume();
            server.kill();
        }
        assertThat(Files.readAllLines(folder.resolve("pids")))
                .allSatisfy(
                        pid -> assertThat(ProcessHandle.of(Long.parseLong(pid)).filter(ProcessHandle::isAlive))
                                .isEmpty());
    }

    /** The JVM that is killed. */
    static final class Owner {

        private Owner() {}

        public static void main(String[] args) throws InterruptedException {
            var folder = Path.of(args[0]);
            var server = ServerProcess.start(
                    List.of("sh", "-c", "sleep 1000; exit", folder.toString()), folder, folder.resolve("log"));
            System.out.println(server.pid());
            System.out.flush();
            Thread.sleep(TimeUnit.MINUTES.toMillis(1));
        }
    }
}
