package dev.livemeter.jdbc;

import dev.livemeter.spi.SessionStore;
import dev.livemeter.testing.contract.SessionStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class JdbcSessionStoreTest extends SessionStoreContract {

    @TempDir
    private Path folder;

    private JdbcStorage storage;

    @Override
    protected SessionStore create() {
        storage = JdbcStorage.open("jdbc:h2:" + folder.resolve("livemeter"));
        return storage.sessions();
    }

    @AfterEach
    void close() {
        storage.close();
    }
}
