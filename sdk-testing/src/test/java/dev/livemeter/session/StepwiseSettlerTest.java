package dev.livemeter.session;

import dev.livemeter.testing.InMemoryStorage;
import dev.livemeter.testing.InMemoryWallet;
import dev.livemeter.testing.contract.SettlerContract;
import java.time.InstantSource;

class StepwiseSettlerTest extends SettlerContract {

    @Override
    protected Parts create(InstantSource time) {
        var wallet = InMemoryWallet.create(time);
        var sessions = InMemoryStorage.create().sessions();
        return new Parts(wallet, sessions, new StepwiseSettler(wallet, sessions));
    }
}
