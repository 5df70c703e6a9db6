package dev.livemeter.testing;

import dev.livemeter.account.AccountId;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.testing.contract.HostsBroadcastsContract;
import dev.livemeter.testing.contract.KeepsVideosContract;
import dev.livemeter.testing.contract.StreamProviderContract;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Nested;

class InMemoryVideoPlatformTest {

    private static final DestinationId DESTINATION = new DestinationId("dst-1");

    private final InMemoryVideoPlatform platform = InMemoryVideoPlatform.named("youtube");

    /** One that always works. */
    private static final class Working implements AccountAccess {

        @Override
        public PlatformAccount account() {
            return new PlatformAccount(
                    new AccountId("acc-1"),
                    UserId.of("alice"),
                    "youtube",
                    new PlatformIdentity("UC1", "Alice"),
                    Set.of(),
                    PlatformAccount.State.CONNECTED,
                    "",
                    Instant.EPOCH);
        }

        @Override
        public Secret token() {
            return Secret.of("token-of-alice");
        }

        @Override
        public Secret tokenAfter(Secret refused) {
            return token();
        }

        @Override
        public void needsAuthorization(String why) {}
    }

    @Nested
    class AsStreamProvider extends StreamProviderContract {
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
                    "youtube", "Mine", URI.create("rtmp://elsewhere.example/app"), Secret.of("abcd-efgh-ijkl")));
        }
    }

    @Nested
    class AsHostOfBroadcasts extends HostsBroadcastsContract {
        @Override
        protected HostsBroadcasts provider() {
            return platform;
        }

        @Override
        protected HostsBroadcasts another() {
            return platform.another();
        }

        @Override
        protected AccountAccess access() {
            return new Working();
        }

        @Override
        protected void get(BroadcastRef broadcast) {
            platform.get(DESTINATION);
        }

        @Override
        protected void loses(BroadcastRef broadcast) {}

        @Override
        protected void goAway() {
            platform.goAway();
        }

        @Override
        protected BroadcastRef unknown() {
            return new BroadcastRef("youtube-999", "", null);
        }
    }

    @Nested
    class AsKeeperOfVideos extends KeepsVideosContract {
        @Override
        protected KeepsVideos provider() {
            return platform;
        }

        @Override
        protected KeepsVideos another() {
            return platform.another();
        }

        @Override
        protected AccountAccess access() {
            return new Working();
        }

        @Override
        protected void showsForAWhile(BroadcastRef broadcast) {
            platform.get(DESTINATION);
            platform.advance(broadcast, access());
        }

        @Override
        protected void hasVideo(BroadcastRef broadcast) {
            platform.keep(DESTINATION, URI.create("https://youtube.invalid/video/1"));
        }

        @Override
        protected void goAway() {
            platform.goAway();
        }
    }
}
