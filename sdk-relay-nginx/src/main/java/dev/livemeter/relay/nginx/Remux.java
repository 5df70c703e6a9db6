package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes an MP4 that plays while it is loaded of what nginx wrote, by ffmpeg, without coding anything anew. Thread-safe. */
final class Remux {

    private static final Logger log = LoggerFactory.getLogger(Remux.class);
    private static final Pattern LENGTH = Pattern.compile("out_time_us=([0-9]{1,15})");
    private static final List<String> FOLDERS =
            List.of("/usr/bin", "/usr/local/bin", "/opt/homebrew/bin", "/opt/ffmpeg/bin");

    private final Path ffmpeg;
    private final @Nullable Path nice;
    private final Duration atMost;
    private volatile @Nullable Process running;

    Remux(Path ffmpeg, @Nullable Path nice, Duration atMost) {
        this.ffmpeg = ffmpeg;
        this.nice = nice;
        this.atMost = atMost;
    }

    /**
     * The ffmpeg of this machine.
     *
     * @param given null to look for it
     * @throws LivemeterException {@code relay.ffmpeg_missing}
     */
    static Remux find(@Nullable Path given, Duration atMost) {
        if (given != null && !Files.isExecutable(given)) {
            throw new LivemeterException(
                    "relay.ffmpeg_missing",
                    "The ffmpeg " + given
                            + " cannot be run. Correct the setting, or leave it out to have it looked for.");
        }
        var found = given != null ? given : program("ffmpeg");
        if (found == null) {
            throw new LivemeterException(
                    "relay.ffmpeg_missing",
                    "Streams are to be recorded, and ffmpeg was not found on the PATH or in "
                            + String.join(", ", FOLDERS) + ". Install it: apt install ffmpeg");
        }
        return new Remux(found, program("nice"), atMost);
    }

    static @Nullable Path program(String name) {
        var path = System.getenv().getOrDefault("PATH", "");
        return Stream.concat(Pattern.compile(":").splitAsStream(path), FOLDERS.stream())
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }

    /** What came of it. */
    sealed interface Outcome {

        /** It is there. */
        record Made(Duration length) implements Outcome {}

        /** It is not; the part that was made is deleted. */
        record Failed(String why) implements Outcome {}
    }

    /** Makes {@code to} of {@code from}, by way of {@code part}. Blocks. */
    Outcome make(Path from, Path part, Path to) throws InterruptedException {
        try {
            var outcome = run(command(from, part));
            if (outcome instanceof Outcome.Made) {
                Files.move(part, to, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } else {
                Files.deleteIfExists(part);
            }
            return outcome;
        } catch (IOException e) {
            log.warn("ffmpeg could not be run: {}.", e.toString());
            return new Outcome.Failed("ffmpeg could not be run by the relay.");
        }
    }

    private List<String> command(Path from, Path part) {
        var command = new ArrayList<String>();
        if (nice != null) {
            // Streams that are on come first.
            command.addAll(List.of(nice.toString(), "-n", "19"));
        }
        command.addAll(List.of(
                ffmpeg.toString(),
                "-nostdin",
                "-hide_banner",
                "-loglevel",
                "error",
                "-progress",
                "pipe:1",
                "-y",
                "-f",
                "flv",
                "-i",
                from.toString(),
                "-map",
                "0",
                "-c",
                "copy",
                "-movflags",
                "+faststart",
                "-f",
                "mp4",
                part.toString()));
        return command;
    }

    private Outcome run(List<String> command) throws IOException, InterruptedException {
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        running = process;
        process.getOutputStream().close();
        var late = new AtomicBoolean();
        var watch = new Thread(() -> endLate(process, late), "livemeter-recording-limit");
        watch.setDaemon(true);
        watch.start();
        var length = Duration.ZERO;
        var said = new ArrayList<String>();
        try (var lines = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
            for (var line = lines.readLine(); line != null; line = lines.readLine()) {
                var match = LENGTH.matcher(line);
                if (match.matches()) {
                    length = Duration.ofNanos(Long.parseLong(match.group(1)) * 1_000);
                } else if (!line.matches("[a-z_0-9]+=.*") && said.size() < 20) {
                    said.add(line);
                }
            }
        }
        var status = process.waitFor();
        watch.interrupt();
        if (late.get()) {
            return new Outcome.Failed("It took more than " + atMost.toMinutes() + " minutes to make a file of it.");
        }
        return status == 0 && !length.isZero() ? new Outcome.Made(length) : failed(status, said);
    }

    /** Ends what runs now. */
    void end() {
        var present = running;
        if (present != null) {
            present.destroyForcibly();
        }
    }

    private void endLate(Process process, AtomicBoolean late) {
        try {
            if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                late.set(true);
                process.destroyForcibly();
            }
        } catch (InterruptedException over) {
            Thread.currentThread().interrupt();
        }
    }

    private static Outcome failed(int status, List<String> said) {
        log.warn("ffmpeg ended with {} and said: {}", status, String.join(" / ", said));
        if (said.stream().anyMatch(line -> line.contains("No space left on device"))) {
            return new Outcome.Failed("The disk of the relay is full, so no file could be made of it.");
        }
        return new Outcome.Failed("No picture or sound came that a file could be made of.");
    }
}
