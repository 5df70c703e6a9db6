package dev.livemeter.relay.nginx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** An nginx that a relay started, seen from outside: its processes, and what is sent to them. */
final class RunningNginx {

    private static final String WORKER = "nginx: worker process";

    private final Path workDirectory;

    RunningNginx(Path workDirectory) {
        this.workDirectory = workDirectory;
    }

    ProcessHandle master() {
        try {
            var pid = Files.readString(workDirectory.resolve(NginxConf.PID_FILE));
            return ProcessHandle.of(Long.parseLong(pid.strip())).orElseThrow();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Those that have streams, be it only until these have ended; not those that look after files. */
    List<ProcessHandle> workers() {
        return master().children()
                .filter(child -> title(child).startsWith(WORKER))
                .toList();
    }

    /** The same configuration in a new worker; who is there stays in the one before. */
    void reload() {
        Programs.signal("HUP", master().pid());
        Await.until(
                "the worker from before goes on with its streams alone",
                () -> workers().stream().anyMatch(worker -> title(worker).contains("shutting down")));
    }

    /** What its configuration says in that place, as the first group of a pattern. */
    String configured(String pattern) {
        try {
            var match = Pattern.compile(pattern).matcher(Files.readString(configuration()));
            if (!match.find()) {
                throw new AssertionError("No '" + pattern + "' is in the configuration.");
            }
            return match.group(1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path configuration() {
        return workDirectory.resolve(NginxConf.FILE);
    }

    /** The page of its statistics. */
    URI statistics() {
        return URI.create("http://127.0.0.1:" + configured("listen 127\\.0\\.0\\.1:(\\d+);\\s+location")
                + configured("location = (/[a-z0-9]+/stat)"));
    }

    private static String title(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"), StandardCharsets.ISO_8859_1);
        } catch (IOException gone) {
            return "";
        }
    }
}
