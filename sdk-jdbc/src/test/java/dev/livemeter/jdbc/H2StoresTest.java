package dev.livemeter.jdbc;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Each test has a file of its own: a copy, as making the tables takes ten times as long as opening them. */
class H2StoresTest extends Stores {

    @TempDir
    private static Path empty;

    @TempDir
    private Path folder;

    private JdbcStorage storage;

    @BeforeAll
    static void makeTheTables() {
        JdbcStorage.open("jdbc:h2:" + empty.resolve("livemeter")).close();
    }

    @Override
    JdbcStorage storage() {
        try (var files = Files.list(empty)) {
            for (var file : files.toList()) {
                Files.copy(file, folder.resolve(file.getFileName()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        storage = JdbcStorage.open("jdbc:h2:" + folder.resolve("livemeter"));
        return storage;
    }

    @AfterEach
    void close() {
        storage.close();
    }
}
