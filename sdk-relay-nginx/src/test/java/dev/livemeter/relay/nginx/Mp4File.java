package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Looks at an MP4 as a player does. */
final class Mp4File {

    private Mp4File() {}

    /** That it begins to play before it is loaded, and is of that length within a second. */
    static void assertPlays(byte[] media, Path file, Duration length) throws Exception {
        Files.write(file, media);
        assertThat(boxes(file)).startsWith("ftyp", "moov");
        assertThat(seconds(file)).isCloseTo(length.toMillis() / 1000.0, within(1.0));
    }

    /** How long it plays in seconds, as ffprobe reads it; it must have a picture and a sound. */
    static double seconds(Path file) throws Exception {
        var said = probe("-show_entries", "format=duration:stream=codec_name", "-of", "default=nw=1:nk=1", file);
        assertThat(said.subList(0, 2)).containsExactlyInAnyOrder("h264", "aac");
        return Double.parseDouble(said.get(said.size() - 1));
    }

    private static List<String> probe(Object... arguments) throws Exception {
        var command = new ArrayList<>(List.of("ffprobe", "-v", "error"));
        for (var argument : arguments) {
            command.add(argument.toString());
        }
        var process = new ProcessBuilder(command).redirectErrorStream(true).start();
        var text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(text).isZero();
        return text.lines().toList();
    }

    /** Its boxes, in order: an index before the media lets it play while it is loaded. */
    static List<String> boxes(Path file) throws IOException {
        var bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        var boxes = new ArrayList<String>();
        while (bytes.remaining() >= 8) {
            var start = bytes.position();
            var size = Integer.toUnsignedLong(bytes.getInt());
            var name = new byte[4];
            bytes.get(name);
            boxes.add(new String(name, StandardCharsets.US_ASCII));
            bytes.position((int) Math.min(start + size, bytes.limit()));
        }
        return boxes;
    }
}
