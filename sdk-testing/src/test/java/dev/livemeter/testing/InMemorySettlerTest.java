package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.Ledger;
import dev.livemeter.billing.LedgerSettler;
import dev.livemeter.billing.LedgerWallet;
import dev.livemeter.testing.contract.SettlerContract;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

class InMemorySettlerTest extends SettlerContract {

    private @Nullable InMemoryLedgerStore books;

    @Override
    protected Parts create(InstantSource time) {
        books = new InMemoryLedgerStore();
        var storage = InMemoryStorage.create();
        return new Parts(
                new LedgerWallet(books, time), storage.sessions(), new LedgerSettler(storage.settlements(books), time));
    }

    @Override
    protected void prove() {
        assertThat(new Ledger(Objects.requireNonNull(books)).verify().findings())
                .isEmpty();
    }
}
