package dev.livemeter.platforms.youtube;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.account.AccountTokens;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.platforms.http.TestAccess;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.ConnectsAccounts;
import dev.livemeter.spi.HostsBroadcasts;
import dev.livemeter.spi.KeepsVideos;
import dev.livemeter.testing.contract.ConnectsAccountsContract;
import dev.livemeter.testing.contract.HostsBroadcastsContract;
import dev.livemeter.testing.contract.KeepsVideosContract;
import java.net.URI;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;

/** The rules that YouTube keeps like every platform with an API, against a strict stand-in for it. */
class YouTubeContractTest {

    private final YouTubeFixture fixture = new YouTubeFixture();
    private final YouTubeApi other = fixture.provider(settings -> settings);
    private final TestAccess access = fixture.access();

    @AfterEach
    void close() {
        fixture.close();
    }

    private String key(BroadcastRef broadcast) {
        var stream = fixture.server.broadcast(broadcast.id(), "contentDetails.boundStreamId");
        return fixture.server.stream(stream, "cdn.ingestionInfo.streamName");
    }

    @Nested
    class OfAccounts extends ConnectsAccountsContract {

        @Override
        protected ConnectsAccounts provider() {
            return fixture.youtube;
        }

        @Override
        protected URI redirect() {
            return YouTubeFixture.REDIRECT;
        }

        @Override
        protected URI allow(URI page) {
            return fixture.server.allow(page, fixture.alice, Set.of());
        }

        @Override
        protected void endAccess(AccountTokens tokens) {
            fixture.server.expireTokens();
        }

        @Override
        protected void withdraw(AccountTokens tokens) {
            fixture.server.takeBack(fixture.alice);
        }

        @Override
        protected boolean takes(Secret access) {
            return fixture.server.takes(access.reveal());
        }

        @Override
        protected void goAway() {
            fixture.server.close();
        }
    }

    @Nested
    class OfBroadcasts extends HostsBroadcastsContract {

        @Override
        protected HostsBroadcasts provider() {
            return fixture.youtube;
        }

        @Override
        protected HostsBroadcasts another() {
            return other;
        }

        @Override
        protected AccountAccess access() {
            return access;
        }

        @Override
        protected void get(BroadcastRef broadcast) {
            assertThat(fixture.server.receive(key(broadcast))).isTrue();
        }

        @Override
        protected void loses(BroadcastRef broadcast) {
            fixture.server.lose(key(broadcast));
        }

        @Override
        protected void goAway() {
            fixture.server.close();
        }

        @Override
        protected BroadcastRef unknown() {
            return new BroadcastRef("bc999-YouTube", "stream=st999", null);
        }
    }

    @Nested
    class OfVideos extends KeepsVideosContract {

        @Override
        protected KeepsVideos provider() {
            return fixture.youtube;
        }

        @Override
        protected KeepsVideos another() {
            return other;
        }

        @Override
        protected AccountAccess access() {
            return access;
        }

        @Override
        protected void showsForAWhile(BroadcastRef broadcast) {
            assertThat(fixture.server.receive(key(broadcast))).isTrue();
            fixture.server.lose(key(broadcast));
        }

        @Override
        protected void hasVideo(BroadcastRef broadcast) {
            fixture.server.upload(broadcast.id(), "processed");
        }

        @Override
        protected void goAway() {
            fixture.server.close();
        }
    }
}
