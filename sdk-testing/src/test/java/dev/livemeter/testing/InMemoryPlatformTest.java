package dev.livemeter.testing;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.destination.Destination;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.ConnectsDevices;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.testing.contract.ConnectsAccountsContract;
import dev.livemeter.testing.contract.ConnectsDevicesContract;
import dev.livemeter.testing.contract.StreamProviderContract;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

class InMemoryPlatformTest {

    @Nested
    class AsStreamProvider extends StreamProviderContract {

        private final InMemoryPlatform platform = InMemoryPlatform.named("youtube", ManualTime.create());

        @Override
        protected StreamProvider provider() {
            return platform;
        }

        @Override
        protected Destination goodDestination() {
            return Destination.youtube("abcd-efgh-ijkl");
        }

        @Override
        protected List<Destination> badDestinations() {
            return List.of(new Destination(
                    "youtube", "Mine", URI.create("rtmp://elsewhere.example/app"), Secret.of("abcd-efgh")));
        }
    }

    @Nested
    class AsOneThatConnectsAccounts extends ConnectsAccountsContract {

        private final InMemoryPlatform platform = InMemoryPlatform.named("youtube", ManualTime.create());

        @BeforeEach
        void wantsToBeAsked() {
            platform.validateEvery(Duration.ofHours(1));
        }

        @Override
        protected ConnectsAccounts provider() {
            return platform;
        }

        @Override
        protected URI allow(URI page) {
            return platform.allow(page, new PlatformIdentity("UC1", "Alice"));
        }

        @Override
        protected void endAccess(AccountTokens tokens) {
            platform.endAccess();
        }

        @Override
        protected void withdraw(AccountTokens tokens) {
            platform.withdraw("UC1");
        }

        @Override
        protected boolean takes(Secret access) {
            return platform.takes(access);
        }

        @Override
        protected void goAway() {
            platform.fail("Away.");
        }
    }

    @Nested
    class AsOneThatConnectsDevices extends ConnectsDevicesContract {

        private final InMemoryPlatform platform = InMemoryPlatform.named("youtube", ManualTime.create());

        @Override
        protected ConnectsDevices provider() {
            return platform;
        }

        @Override
        protected void enter(String userCode) {
            platform.enter(userCode, new PlatformIdentity("UC1", "Alice"));
        }

        @Override
        protected boolean takes(Secret access) {
            return platform.takes(access);
        }

        @Override
        protected void goAway() {
            platform.fail("Away.");
        }
    }
}
