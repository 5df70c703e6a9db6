package dev.livemeter.docs;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The files of the project, found from the folder in which Maven runs the tests of this module. */
final class Project {

    static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

    private Project() {}

    static String read(String path) {
        try {
            return Files.readString(ROOT.resolve(path));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
