package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationStatus.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where nobody asks for recordings, no byte of a stream reaches a disk. */
@Tag("once") // nginx does not care which JVM asks
class ZeroStorageTest {

    /** Where programs leave files by themselves. */
    private static final List<Path> ELSEWHERE = List.of(
            Path.of("/var/tmp"),
            Path.of("/dev/shm"),
            Path.of("/var/lib/nginx"),
            Path.of(System.getProperty("user.dir")));

    private static final Pattern ACCESS = Pattern.compile("flags:\\s*[0-7]*([0-7])\\s");
    private static final Path TEMPORARY = Path.of(System.getProperty("java.io.tmpdir"));

    @TempDir
    private Path directory;

    @Test
    @DisplayName("Acceptance 14: a stream of some seconds leaves no byte of itself")
    void aStreamOfSomeSecondsLeavesNoByteOfItself() throws Exception {
        var authority = new ScriptedAuthority();
        var before = files();
        try (var sink = new RtmpSink();
                var relay = NginxRelay.local(NginxRelayConfig.builder()
                        .ingestPort(0)
                        .mostDestinations(2)
                        .heartbeat(Duration.ofSeconds(1))
                        .allowPrivateDestinations(true)
                        .workDirectory(directory.resolve("relay"))
                        .build())) {
            var push = ScriptedAuthority.push("tw", sink.server("twitch"), "zero");
            authority.pushes = request -> List.of(push);
            var key = "ec_live_alice_zero";
            var ingest = relay.open(authority).url().toString();
            assertThat(Files.readString(directory.resolve("relay/nginx.conf")))
                    .doesNotContain("record")
                    .doesNotContain("exec");
            try (var publisher = new FfmpegPublisher(ingest, key).start()) {
                Await.until("it is live", () -> authority.saw(key, "tw", State.LIVE));
                // The stream is really there: somebody who watches gets pictures.
                assertThat(sink.frames("twitch", "zero", 45)).isEqualTo(45);
                assertThat(publisher.isRunning()).isTrue();
                requireNothingWritten();
                assertThat(media(before)).isEmpty();
            }
            Await.until("it is over", () -> authority.endsOf(authority.session(key)) == 1);
            assertThat(media(before)).isEmpty();
        }
        assertThat(MediaBytes.in(directory)).isEmpty();
    }

    @Test
    void theSearchFindsMediaWhereThereIsSome() throws Exception {
        var file = directory.resolve("some.flv");
        var encoder = new ProcessBuilder(
                        "ffmpeg",
                        "-nostdin",
                        "-loglevel",
                        "error",
                        "-f",
                        "lavfi",
                        "-i",
                        "testsrc=size=160x120:rate=15",
                        "-t",
                        "1",
                        "-c:v",
                        "libx264",
                        "-f",
                        "flv",
                        file.toString())
                .inheritIO()
                .start();
        assertThat(encoder.waitFor()).isZero();
        assertThat(MediaBytes.in(directory)).containsExactly(file);
    }

    /** By the kernel's own account: nginx has no file open to write to, and its worker has caused no byte to be written. */
    private void requireNothingWritten() throws IOException {
        var pid = Files.readString(directory.resolve("relay/nginx.pid")).strip();
        var master = ProcessHandle.of(Long.parseLong(pid)).orElseThrow();
        var worker = master.children().findFirst().orElseThrow();
        for (var process : List.of(master, worker)) {
            assertThat(openForWriting(process)).isEmpty();
        }
        assertThat(Files.readString(proc(worker, "io"))).contains("\nwrite_bytes: 0\n");
    }

    private static Path proc(ProcessHandle process, String name) {
        return Path.of("/proc", Long.toString(process.pid()), name);
    }

    /** Deleted ones, too. */
    private static List<String> openForWriting(ProcessHandle process) throws IOException {
        var open = new ArrayList<String>();
        try (var descriptors = Files.newDirectoryStream(proc(process, "fd"))) {
            for (var descriptor : descriptors) {
                var target = Files.readSymbolicLink(descriptor).toString();
                var info = Files.readString(
                        proc(process, "fdinfo").resolve(descriptor.getFileName().toString()));
                var access = ACCESS.matcher(info);
                assertThat(access.find()).as(info).isTrue();
                var writes = (Integer.parseInt(access.group(1), 8) & 3) != 0;
                if (writes && target.startsWith("/") && !target.startsWith("/dev/")) {
                    open.add(target);
                }
            }
        }
        return open;
    }

    private Set<Path> files() throws IOException {
        var all = new HashSet<Path>();
        ELSEWHERE.forEach(folder -> all.addAll(MediaBytes.all(folder)));
        all.addAll(MediaBytes.all(directory));
        // Not deeper: other programs of this machine have their folders there.
        try (var files = Files.list(TEMPORARY)) {
            all.addAll(files.filter(Files::isRegularFile).toList());
        }
        return all;
    }

    /** Of what came since, the files with media in them. */
    private List<Path> media(Set<Path> before) throws IOException {
        return files().stream()
                .filter(file -> !before.contains(file) && MediaBytes.isIn(file))
                .toList();
    }
}
