package dev.livemeter.benchmarks;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;

/** Looks at a recording while it grows, and notices when the first picture is in it (FLV 10.1, annex E). */
final class FlvWatch {

    private static final int FILE_HEADER = 9 + 4;
    private static final int TAG_HEADER = 11;
    private static final int AFTER_TAG = 4;
    private static final int VIDEO = 9;
    private static final int KEYFRAME = 1;
    private static final int PICTURE = 1;

    private FlvWatch() {}

    /** Which picture is waited for. */
    enum Wanted {
        /** Any, even if nobody can decode it yet. */
        ANY,
        /** One that begins a decodable stretch. */
        KEYFRAME
    }

    /**
     * Waits for the first picture in the recording whose name begins so.
     *
     * @return when it was there, by {@link System#nanoTime()}
     */
    static long firstPicture(Path folder, String name, Wanted wanted, Duration patience) throws IOException {
        var end = System.nanoTime() + patience.toNanos();
        while (System.nanoTime() < end) {
            var file = find(folder, name);
            if (file.isPresent() && holds(file.get(), wanted)) {
                return System.nanoTime();
            }
            MeterRun.sleep(Duration.ofMillis(2));
        }
        throw new IOException("No picture came to '" + name + "' within " + patience.toSeconds() + " s.");
    }

    private static Optional<Path> find(Path folder, String name) throws IOException {
        try (var files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().startsWith(name + "-"))
                    .findFirst();
        }
    }

    private static boolean holds(Path file, Wanted wanted) throws IOException {
        try (var channel = FileChannel.open(file, StandardOpenOption.READ)) {
            var position = (long) FILE_HEADER;
            var head = ByteBuffer.allocate(TAG_HEADER + 2);
            while (true) {
                head.clear();
                if (channel.read(head, position) < head.capacity()) {
                    return false;
                }
                var length = (head.get(1) & 0xff) << 16 | (head.get(2) & 0xff) << 8 | (head.get(3) & 0xff);
                var kind = head.get(TAG_HEADER) >> 4 & 0xf;
                if (head.get(0) == VIDEO
                        && head.get(TAG_HEADER + 1) == PICTURE
                        && (wanted == Wanted.ANY || kind == KEYFRAME)) {
                    return true;
                }
                position += TAG_HEADER + length + AFTER_TAG;
            }
        }
    }
}
