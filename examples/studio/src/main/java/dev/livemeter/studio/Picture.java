package dev.livemeter.studio;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/**
 * What a reader of a stream sees.
 *
 * @param frames how many were really decoded
 */
record Picture(String codec, int width, int height, int frames) {

    private static final Pattern PROBED = Pattern.compile("([a-z0-9]+),([0-9]+),([0-9]+),([0-9]+)");

    /** Decodes some frames of a stream; empty where none come in time. */
    static Optional<Picture> at(String server, String key, Duration within) throws IOException, InterruptedException {
        var probe = new ProcessBuilder(
                        "ffprobe",
                        "-v",
                        "error",
                        "-rw_timeout",
                        String.valueOf(TimeUnit.NANOSECONDS.toMicros(within.toNanos())),
                        "-analyzeduration",
                        "1000000",
                        "-select_streams",
                        "v:0",
                        "-count_frames",
                        "-read_intervals",
                        "%+#25",
                        "-show_entries",
                        "stream=codec_name,width,height,nb_read_frames",
                        "-of",
                        "csv=p=0",
                        server + "/" + key)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!probe.waitFor(within.toMillis(), TimeUnit.MILLISECONDS)) {
                return Optional.empty();
            }
            var line = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return PROBED.matcher(line)
                    .results()
                    .findFirst()
                    .map(match -> new Picture(
                            match.group(1),
                            Integer.parseInt(match.group(2)),
                            Integer.parseInt(match.group(3)),
                            Integer.parseInt(match.group(4))))
                    .filter(picture -> picture.frames() > 0);
        } finally {
            probe.destroyForcibly();
        }
    }

    @Override
    public String toString() {
        return frames + " frames of " + codec + " " + width + "x" + height;
    }
}
