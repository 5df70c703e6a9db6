package dev.livemeter.jdbc;

import dev.livemeter.billing.LedgerStore;
import dev.livemeter.testing.contract.LedgerStoreContract;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class JdbcLedgerStoreTest extends LedgerStoreContract {

    @TempDir
    private Path folder;

    private JdbcStorage storage;

    @Override
    protected LedgerStore create() {
        storage = JdbcStorage.open("jdbc:h2:" + folder.resolve("livemeter"));
        return storage.ledgerStore();
    }

    @AfterEach
    void close() {
        storage.close();
    }
}
