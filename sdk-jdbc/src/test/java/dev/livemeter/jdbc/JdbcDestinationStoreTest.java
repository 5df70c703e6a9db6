package dev.livemeter.jdbc;

import dev.livemeter.spi.DestinationStore;
import dev.livemeter.testing.contract.DestinationStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class JdbcDestinationStoreTest extends DestinationStoreContract {

    @TempDir
    private Path folder;

    private JdbcStorage storage;

    @Override
    protected DestinationStore create() {
        storage = JdbcStorage.open("jdbc:h2:" + folder.resolve("livemeter"));
        return storage.destinations();
    }

    @AfterEach
    void close() {
        storage.close();
    }
}
