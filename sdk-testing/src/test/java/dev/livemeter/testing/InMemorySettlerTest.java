package dev.livemeter.testing;

import dev.livemeter.billing.LedgerSettler;
import dev.livemeter.billing.LedgerWallet;
import dev.livemeter.testing.contract.SettlerContract;
import java.time.InstantSource;

class InMemorySettlerTest extends SettlerContract {

    @Override
    protected Parts create(InstantSource time) {
        var books = new InMemoryLedgerStore();
        var storage = InMemoryStorage.create();
        return new Parts(
                new LedgerWallet(books, time), storage.sessions(), new LedgerSettler(storage.settlements(books), time));
    }
}
