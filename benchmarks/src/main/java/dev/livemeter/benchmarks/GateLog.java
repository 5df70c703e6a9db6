package dev.livemeter.benchmarks;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/** What the gate in a relay's nginx writes down of each callback. Of itself it writes nothing; a script that stands for the nginx to run has it do so. */
final class GateLog {

    /** What is written into the configuration in place of nothing being logged. */
    private static final String FORMAT = "log_format gate '$msec $server_port $request_time $upstream_addr';";

    private static final Pattern CALLBACK = Pattern.compile("on_publish http://[^:]*:([0-9]+)/");

    /** By then what is over is in the file. */
    static final int WRITTEN_WITHIN_SECONDS = 2;

    private final Path nginx;
    private final Path file;

    private GateLog(Path nginx, Path file) {
        this.nginx = nginx;
        this.file = file;
    }

    /**
     * A callback that was answered.
     *
     * @param millis from when nginx had read it until it had written the answer; a whole number, as nginx's clock goes
     * @param asked whether the application was asked
     */
    record Answered(double millis, boolean asked) {}

    /** One that is kept in that folder. */
    static GateLog in(Path folder) throws IOException {
        Files.createDirectories(folder);
        var script = folder.resolve("nginx");
        var file = folder.resolve("gate.log");
        Files.write(
                script,
                List.of(
                        "#!/bin/sh",
                        "PATH=$PATH:/usr/sbin:/usr/local/sbin",
                        "before=",
                        "for argument in \"$@\"; do",
                        "  if [ \"$before\" = -c ]; then",
                        "    sed -i \"/^http {/,\\$ s|^  access_log off;|  " + FORMAT.replace("$", "\\$")
                                + " access_log " + file + " gate buffer=32k flush=1s;|\" \"$argument\"",
                        "  fi",
                        "  before=$argument",
                        "done",
                        "exec nginx \"$@\""));
        if (!script.toFile().setExecutable(true)) {
            throw new IOException(script + " cannot be made a program.");
        }
        return new GateLog(script, file);
    }

    /** The nginx to run. */
    Path nginx() {
        return nginx;
    }

    /**
     * What was answered in that time, where {@link #WRITTEN_WITHIN_SECONDS} passed since then.
     *
     * @param configuration of the nginx that runs
     */
    List<Answered> between(Instant from, Instant to, Path configuration) throws IOException {
        var gate = CALLBACK.matcher(Files.readString(configuration));
        if (!gate.find()) {
            throw new IOException(configuration + " names no place for callbacks.");
        }
        try (var lines = Files.lines(file)) {
            return lines.map(line -> line.split(" ", 4))
                    .filter(words -> words[1].equals(gate.group(1)))
                    .filter(words -> isWithin(Double.parseDouble(words[0]), from, to))
                    .map(words -> new Answered(1e3 * Double.parseDouble(words[2]), !words[3].equals("-")))
                    .toList();
        }
    }

    private static boolean isWithin(double seconds, Instant from, Instant to) {
        var millis = Math.round(1e3 * seconds);
        return millis >= from.toEpochMilli() && millis < to.toEpochMilli();
    }
}
