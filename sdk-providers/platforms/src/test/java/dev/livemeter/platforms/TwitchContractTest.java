package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.KeptAccess;
import dev.livemeter.platforms.http.SkippingTime;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.ConnectsAccounts.Connection;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.standin.twitch.TwitchServer;
import dev.livemeter.testing.contract.ConnectsAccountsContract;
import dev.livemeter.testing.contract.HostsBroadcastsContract;
import dev.livemeter.testing.contract.KeepsVideosContract;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The rules that Twitch keeps like every platform with an API, against a strict stand-in for it. */
class TwitchContractTest {

    private static final URI REDIRECT = URI.create("https://host.example/connected");
    private static final Secret VERIFIER = Secret.of("v".repeat(43));
    private static final String ALICE = "141981764";

    private final SkippingTime time = new SkippingTime(Instant.parse("2026-11-22T12:00:00Z"));
    private final TwitchServer server = server(time);
    private final TwitchApi twitch = provider();
    private final TwitchApi other = provider();
    private final KeptAccess access = access();

    @AfterEach
    void close() {
        server.close();
    }

    private static TwitchServer server(SkippingTime time) {
        var server = TwitchServer.start(time);
        server.user(ALICE, "alice", "Alice");
        server.redirect(REDIRECT);
        return server;
    }

    private TwitchApi provider() {
        return new TwitchApi(
                RtmpPlatform.of(CatalogueEntry.TWITCH),
                TwitchSettings.of(TwitchServer.CLIENT_ID, Secret.of(TwitchServer.CLIENT_SECRET))
                        .at(server.identity(), server.api(), server.ingests())
                        .shownAt(server.root()),
                null,
                time.surroundings(new Random(1)),
                HttpLimits.standard(),
                () -> {});
    }

    private KeptAccess access() {
        var code = server.code(ALICE, REDIRECT, TwitchSettings.NEEDED);
        return new KeptAccess(twitch, "twitch", (Connection.Connected) twitch.connect(code, REDIRECT, VERIFIER));
    }

    @Nested
    class OfAccounts extends ConnectsAccountsContract {

        @Override
        protected ConnectsAccounts provider() {
            return twitch;
        }

        @Override
        protected URI redirect() {
            return REDIRECT;
        }

        @Override
        protected URI allow(URI page) {
            return server.allow(page, ALICE);
        }

        @Override
        protected void endAccess(AccountTokens tokens) {
            server.expireAccess(ALICE);
        }

        @Override
        protected void withdraw(AccountTokens tokens) {
            server.disconnect(ALICE);
        }

        @Override
        protected boolean takes(Secret access) {
            return server.knows(access.reveal());
        }

        @Override
        protected void goAway() {
            server.close();
        }
    }

    /** The channel's one key is found again, so each opening gives the same; there is nothing else to be found. */
    @Nested
    class OfBroadcasts extends HostsBroadcastsContract {

        @Override
        protected HostsBroadcasts provider() {
            return twitch;
        }

        @Override
        protected HostsBroadcasts another() {
            return other;
        }

        @Override
        protected AccountAccess access() {
            return access;
        }

        /** Twitch shows every stream to everybody. */
        @Override
        protected Privacy privacy() {
            return Privacy.PUBLIC;
        }

        @Override
        protected void get(BroadcastRef broadcast) {
            assertThat(server.receive(server.streamKey(broadcast.id()))).isTrue();
        }

        @Override
        protected void loses(BroadcastRef broadcast) {
            server.lose(server.streamKey(broadcast.id()));
        }

        @Override
        protected void goAway() {
            server.close();
        }

        @Override
        protected BroadcastRef unknown() {
            return new BroadcastRef("999", "opened=1700000000", null);
        }
    }

    @Nested
    class OfVideos extends KeepsVideosContract {

        private Instant began = Instant.EPOCH;

        @Override
        protected KeepsVideos provider() {
            return twitch;
        }

        @Override
        protected KeepsVideos another() {
            return other;
        }

        @Override
        protected AccountAccess access() {
            return access;
        }

        /** Twitch lists a video a while after its stream began, and the stand-in at once; so it is kept back here. */
        @Override
        protected void showsForAWhile(BroadcastRef broadcast) {
            began = time.instant();
            server.goLive(broadcast.id(), began, 1, false);
            time.skip(Duration.ofMinutes(5));
            server.goOffline(broadcast.id());
        }

        @Override
        protected void hasVideo(BroadcastRef broadcast) {
            server.goLive(broadcast.id(), began, 1, true);
            server.goOffline(broadcast.id());
        }

        @Override
        protected void goAway() {
            server.close();
        }
    }
}
