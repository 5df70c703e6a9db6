package dev.livemeter.jdbc;

import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.contract.WalletContract;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;

class JdbcWalletTest extends WalletContract {

    @TempDir
    private Path folder;

    private JdbcWallet wallet;

    @Override
    protected Wallet create(InstantSource time) {
        wallet = JdbcWallet.on(JdbcStorage.open("jdbc:h2:" + folder.resolve("livemeter")), time);
        return wallet;
    }

    @AfterEach
    void close() {
        wallet.close();
    }
}
