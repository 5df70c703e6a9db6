package com.example.lighthouse;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.destination.Destination;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.spi.StreamProvider;
import dev.livemeter.spi.TestsDestinations;
import dev.livemeter.testing.StandingAccess;
import dev.livemeter.testing.contract.CarriesChatContract;
import dev.livemeter.testing.contract.ConnectsAccountsContract;
import dev.livemeter.testing.contract.HostsBroadcastsContract;
import dev.livemeter.testing.contract.KeepsVideosContract;
import dev.livemeter.testing.contract.StreamProviderContract;
import dev.livemeter.testing.contract.TestsDestinationsContract;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;

/** Lighthouse keeps the contract of each ability that it has. */
class LighthouseTest {

    private static final URI SERVER = URI.create("rtmp://in.lighthouse.example/live");

    private LighthouseServer platform;
    private Lighthouse lighthouse;
    private AccountAccess access;

    @BeforeEach
    void beginThePlatform() throws IOException {
        platform = new LighthouseServer();
        lighthouse = another();
        access = StandingAccess.of("alice", "lighthouse", new PlatformIdentity("u-1", "Alice"), platform.token());
    }

    @AfterEach
    void endThePlatform() {
        platform.close();
    }

    private Lighthouse another() {
        return new Lighthouse(SERVER, new LighthouseApi(platform.site()), "client-1", Duration.ofMillis(20));
    }

    @Nested
    class ByKey extends StreamProviderContract {

        @Override
        protected StreamProvider provider() {
            return new LighthouseByKey(SERVER);
        }

        @Override
        protected Destination goodDestination() {
            return new Destination("lighthouse", "Mine", null, Secret.of("lh-abcdefgh"));
        }

        @Override
        protected List<Destination> badDestinations() {
            return List.of(
                    new Destination("lighthouse", "Mine", null, Secret.of("live_abcdefgh")),
                    new Destination("lighthouse", "Mine", SERVER, Secret.of("lh-abcdefgh")));
        }
    }

    @Nested
    class Accounts extends ConnectsAccountsContract {

        @Override
        protected ConnectsAccounts provider() {
            return lighthouse;
        }

        @Override
        protected URI allow(URI page) {
            return platform.allow(page);
        }

        @Override
        protected void endAccess(AccountTokens tokens) {
            platform.endAccess(tokens.access().reveal());
        }

        @Override
        protected void withdraw(AccountTokens tokens) {
            platform.withdraw();
        }

        @Override
        protected boolean takes(Secret token) {
            return platform.takes(token.reveal());
        }

        @Override
        protected void goAway() {
            platform.close();
        }
    }

    @Nested
    class Broadcasts extends HostsBroadcastsContract {

        @Override
        protected HostsBroadcasts provider() {
            return lighthouse;
        }

        @Override
        protected HostsBroadcasts another() {
            return LighthouseTest.this.another();
        }

        @Override
        protected AccountAccess access() {
            return access;
        }

        @Override
        protected void get(BroadcastRef broadcast) {
            platform.state(broadcast.id(), "receiving");
        }

        @Override
        protected void loses(BroadcastRef broadcast) {
            platform.state(broadcast.id(), "waiting");
        }

        @Override
        protected void goAway() {
            platform.close();
        }

        @Override
        protected BroadcastRef unknown() {
            return new BroadcastRef("beam-0", "", null);
        }
    }

    @Nested
    class Videos extends KeepsVideosContract {

        @Override
        protected KeepsVideos provider() {
            return lighthouse;
        }

        @Override
        protected KeepsVideos another() {
            return LighthouseTest.this.another();
        }

        @Override
        protected AccountAccess access() {
            return access;
        }

        @Override
        protected void showsForAWhile(BroadcastRef broadcast) {
            platform.state(broadcast.id(), "shown");
        }

        @Override
        protected void hasVideo(BroadcastRef broadcast) {
            platform.video(broadcast.id(), "https://lighthouse.example/videos/" + broadcast.id());
        }

        @Override
        protected void goAway() {
            platform.close();
        }
    }

    @Nested
    class Chat extends CarriesChatContract {

        private BroadcastRef broadcast;

        @BeforeEach
        void showABroadcast() {
            broadcast = new BroadcastRef(platform.shown(), "", null);
        }

        @Override
        protected CarriesChat chat() {
            return lighthouse;
        }

        @Override
        protected BroadcastRef broadcast() {
            return broadcast;
        }

        @Override
        protected AccountAccess access() {
            return access;
        }

        @Override
        protected void somebodySays(String id, PlatformAuthor author, String text) {
            platform.says(broadcast.id(), id, author, text);
        }

        @Override
        protected void messageIsTakenAway(String id) {
            platform.event(broadcast.id(), Map.of("event", "removed", "id", id));
        }

        @Override
        protected void authorIsSentAway(String author) {
            platform.event(broadcast.id(), Map.of("event", "banned", "author", author));
        }

        @Override
        protected void connectionsBreak() {
            platform.fail();
        }

        @Override
        protected void chatEnds() {
            platform.event(broadcast.id(), Map.of("event", "over"));
        }

        @Override
        protected List<String> saidByTheAccount() {
            return platform.said();
        }
    }

    @Nested
    class Tests extends TestsDestinationsContract {

        @Override
        protected TestsDestinations provider() {
            return lighthouse;
        }
    }
}
