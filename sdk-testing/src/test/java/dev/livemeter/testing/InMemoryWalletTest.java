package dev.livemeter.testing;

import dev.livemeter.spi.Wallet;
import dev.livemeter.testing.contract.WalletContract;
import java.time.InstantSource;

class InMemoryWalletTest extends WalletContract {

    @Override
    protected Wallet create(InstantSource time) {
        return InMemoryWallet.create(time);
    }
}
