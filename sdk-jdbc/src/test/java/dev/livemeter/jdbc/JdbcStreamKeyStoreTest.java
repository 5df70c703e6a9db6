package dev.livemeter.jdbc;

import dev.livemeter.spi.StreamKeyStore;
import dev.livemeter.testing.contract.StreamKeyStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class JdbcStreamKeyStoreTest extends StreamKeyStoreContract {

    @TempDir
    private Path folder;

    private JdbcStorage storage;

    @Override
    protected StreamKeyStore create() {
        storage = JdbcStorage.open("jdbc:h2:" + folder.resolve("livemeter"));
        return storage.streamKeys();
    }

    @AfterEach
    void close() {
        storage.close();
    }
}
