package dev.livemeter.jdbc.crash;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import org.jspecify.annotations.Nullable;

/**
 * The JVM of processes that live for a second or two. Most of that they would read and check classes; so the first of them that ends by itself leaves its
 * classes in an archive, from which those after it have them. Start the first alone.
 */
final class ChildJvm {

    private final String classPath;
    private final @Nullable Path archive;

    private ChildJvm(String classPath, @Nullable Path archive) {
        this.classPath = classPath;
        this.archive = archive;
    }

    /** One with the classes of this JVM, of which each process reads its own: where there are few. */
    static ChildJvm plain() {
        return new ChildJvm(System.getProperty("java.class.path"), null);
    }

    /** One with the classes of this JVM, and an archive of them in that folder. */
    static ChildJvm archivingIn(Path folder) {
        // An archive is of classes in jars alone.
        var number = 0;
        var places = new ArrayList<String>();
        for (var place : System.getProperty("java.class.path").split(File.pathSeparator, -1)) {
            var classes = Path.of(place);
            places.add(
                    Files.isDirectory(classes)
                            ? jar(classes, folder.resolve("classes-" + number++ + ".jar"))
                                    .toString()
                            : place);
        }
        return new ChildJvm(String.join(File.pathSeparator, places), folder.resolve("classes.jsa"));
    }

    private static Path jar(Path folder, Path jar) {
        try (var out = new JarOutputStream(Files.newOutputStream(jar));
                Stream<Path> all = Files.walk(folder)) {
            out.setLevel(0);
            for (var path : all.filter(path -> !path.equals(folder)).sorted().toList()) {
                // Folders, too: migrations are found by theirs.
                var name = folder.relativize(path).toString();
                out.putNextEntry(new ZipEntry(Files.isDirectory(path) ? name + "/" : name));
                if (Files.isRegularFile(path)) {
                    Files.copy(path, out);
                }
                out.closeEntry();
            }
            return jar;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The beginning of a command; the arguments of that class follow. */
    List<String> command(Class<?> main) {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It lives for a second or two.
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-XX:-UsePerfData",
                "-Xmx256m",
                "-Xlog:disable",
                "-cp",
                classPath));
        var kept = archive;
        if (kept != null) {
            command.add((Files.exists(kept) ? "-XX:SharedArchiveFile=" : "-XX:ArchiveClassesAtExit=") + kept);
        }
        var logging = System.getProperty("logback.configurationFile");
        if (logging != null) {
            command.add("-Dlogback.configurationFile=" + logging);
        }
        command.add(main.getName());
        return command;
    }
}
