package dev.livemeter.relay.nginx;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * What the tests' encoders send, a moving picture of 160x120 and a tone: encoded once for each way to do so, and kept in the folder of the build. To send such a file takes a fraction of the processor that encoding takes,
 * which the tests need for what they look at.
 */
final class EncodedShow {

    private static final Path FOLDER = Path.of("target", "encoded");

    /** Where a file begins again there is a gap, so it lasts longer than any test looks at pictures. */
    private static final int SECONDS = 120;

    /** A small picture at about 100 kbit/s. */
    static final List<String> SMALL = List.of("-g", "15", "-b:v", "100k");

    private EncodedShow() {}

    /** As many bits as asked for, whatever the picture shows. */
    static List<String> constantRate(int kilobits, int keyframeEvery) {
        return List.of(
                "-g",
                Integer.toString(keyframeEvery),
                "-b:v",
                kilobits + "k",
                "-minrate",
                kilobits + "k",
                "-maxrate",
                kilobits + "k",
                "-bufsize",
                kilobits + "k",
                "-x264-params",
                "nal-hrd=cbr:scenecut=0");
    }

    /** The file whose picture is encoded in that way; several JVMs may ask for it at a time. */
    static Path of(List<String> video) {
        var order = order(video);
        var file = FOLDER.resolve(
                UUID.nameUUIDFromBytes(String.join(" ", order).getBytes(StandardCharsets.UTF_8)) + ".flv");
        if (!Files.exists(file)) {
            make(order, file);
        }
        return file;
    }

    private static List<String> order(List<String> video) {
        var order = new ArrayList<>(List.of(
                "ffmpeg",
                "-nostdin",
                "-y",
                "-loglevel",
                "error",
                "-f",
                "lavfi",
                "-i",
                "testsrc=size=160x120:rate=15",
                "-f",
                "lavfi",
                "-i",
                "sine=frequency=440:sample_rate=44100",
                "-t",
                Integer.toString(SECONDS),
                "-c:v",
                "libx264",
                "-preset",
                "ultrafast",
                "-tune",
                "zerolatency"));
        order.addAll(video);
        order.addAll(List.of("-c:a", "aac", "-b:a", "32k", "-f", "flv"));
        return order;
    }

    private static void make(List<String> order, Path file) {
        try {
            Files.createDirectories(FOLDER);
            var whole = Files.createTempFile(FOLDER, "making", ".flv");
            var command = new ArrayList<>(order);
            command.add(whole.toString());
            if (Programs.start(Programs.temporaryFile("show"), command).waitFor() != 0) {
                throw new AssertionError("ffmpeg encoded nothing by " + command);
            }
            Files.move(whole, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }
}
