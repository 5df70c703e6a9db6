package dev.livemeter.jdbc;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class H2StoresTest extends Stores {

    @TempDir
    private Path folder;

    private JdbcStorage storage;

    @Override
    JdbcStorage storage() {
        storage = JdbcStorage.open("jdbc:h2:" + folder.resolve("livemeter"));
        return storage;
    }

    @AfterEach
    void close() {
        storage.close();
    }
}
