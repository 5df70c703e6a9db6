package dev.livemeter.benchmarks;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/** What a platform recorded of what came to it. */
final class SoakArrivals {

    /** The artist, the number of the destination, and the second of the beginning. */
    private static final Pattern NAME = Pattern.compile("([a-z0-9]+)-[0-9]+-([0-9]{1,12})\\.flv");

    private final Path folder;

    /** In that folder, where nginx puts the moment of the beginning into each name. */
    SoakArrivals(Path folder) {
        this.folder = folder;
    }

    /**
     * One stretch of pictures without a break.
     *
     * @param at when it began, by the clock; whole seconds
     * @param end when its last picture came, by the clock, at the latest: pictures begin with a keyframe
     * @param written when the platform wrote to it last, which may be long after the last picture
     * @param seconds how long it is, by the pictures' own time-stamps
     */
    record Arrived(Instant at, Instant end, Instant written, double seconds) {}

    /** The lines of a platform's configuration that make it record so. */
    static String recordedIn(Path folder) {
        return "live on; record video; record_path \"" + folder + "\"; record_unique on; record_suffix .flv;";
    }

    /** What came of one artist. */
    List<Arrived> of(String user) throws IOException {
        var found = new ArrayList<Arrived>();
        try (var files = Files.list(folder)) {
            for (var file : files.toList()) {
                var match = NAME.matcher(file.getFileName().toString());
                if (match.matches() && match.group(1).equals(user)) {
                    var at = Instant.ofEpochSecond(Long.parseLong(match.group(2)));
                    var seconds = length(file);
                    var written = Files.getLastModifiedTime(file).toInstant();
                    var latest = at.plusSeconds(1).plus(Encoders.KEYFRAMES).plusMillis(Math.round(seconds * 1000));
                    found.add(new Arrived(at, written.isBefore(latest) ? written : latest, written, seconds));
                }
            }
        }
        return found;
    }

    private static double length(Path file) throws IOException {
        var probe = new ProcessBuilder(
                        "ffprobe",
                        "-v",
                        "error",
                        "-select_streams",
                        "v:0",
                        "-show_entries",
                        "packet=pts_time",
                        "-of",
                        "csv=p=0",
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        var times = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                .lines()
                .map(line -> line.replace(",", "").strip())
                .filter(line -> !line.isEmpty() && !line.equals("N/A"))
                .mapToDouble(Double::parseDouble)
                .summaryStatistics();
        return times.getCount() == 0 ? 0 : times.getMax() - times.getMin();
    }
}
