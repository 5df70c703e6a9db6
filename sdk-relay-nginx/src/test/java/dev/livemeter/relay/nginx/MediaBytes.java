package dev.livemeter.relay.nginx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Looks for plain media on a disk: the marks of FLV and MP4 files, and what x264 writes of itself into each stream. */
final class MediaBytes {

    private static final List<String> MARKS =
            List.of("FLV\u0001", "ftyp", "moov", "x264 - core", "avcC", "onMetaData", "Lavf");

    private MediaBytes() {}

    /** The files below a folder in which some is. */
    static List<Path> in(Path folder) {
        try (var files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).filter(MediaBytes::isIn).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Everything below a folder, to see what came since. */
    static List<Path> all(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).toList();
        } catch (IOException | UncheckedIOException gone) {
            return List.of();
        }
    }

    static boolean isIn(Path file) {
        try {
            var text = new String(Files.readAllBytes(file), StandardCharsets.ISO_8859_1);
            return MARKS.stream().anyMatch(text::contains);
        } catch (IOException gone) {
            return false;
        }
    }
}
