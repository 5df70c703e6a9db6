package dev.livemeter.session;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.billing.LedgerWallet;
import dev.livemeter.testing.InMemoryStorage;
import dev.livemeter.testing.InMemoryWallet;
import dev.livemeter.testing.contract.SettlerContract;
import java.time.InstantSource;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

class StepwiseSettlerTest extends SettlerContract {

    private @Nullable LedgerWallet wallet;

    @Override
    protected Parts create(InstantSource time) {
        wallet = InMemoryWallet.create(time);
        var sessions = InMemoryStorage.create().sessions();
        return new Parts(wallet, sessions, new StepwiseSettler(wallet, sessions));
    }

    @Override
    protected void prove() {
        assertThat(Objects.requireNonNull(wallet).ledger().verify().findings()).isEmpty();
    }
}
