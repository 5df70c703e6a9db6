package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountPolicy;
import dev.livemeter.account.PlatformAccount.State;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.broadcast.chat.PlatformAuthor.Badge;
import dev.livemeter.broadcast.chat.PlatformChatEntry;
import dev.livemeter.broadcast.chat.PlatformChatPage;
import dev.livemeter.chat.ChatAnswer.Granted;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.Moderator;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.CarriesChat.Message;
import dev.livemeter.spi.RelayAuthority.Admission;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One artist's way through all that a platform can do: the account connected, live, the chat, the end, the video in the history. */
class FromAccountToVideoTest {

    private static final URI HERE = URI.create("https://host.example/connected");
    private static final PlatformIdentity CHANNEL = new PlatformIdentity("UC1", "Alice's channel");
    private static final Moderator ALICE = Moderator.ordinary(UserId.of("alice"));

    private final ManualTime time = ManualTime.create();
    private final InMemoryPlatform youtube = InMemoryPlatform.named("youtube", time);
    private final InMemoryRelay relay = InMemoryRelay.create();
    private final AtomicLong ids = new AtomicLong();
    private Livemeter live;
    private SessionId session;
    private DestinationId destination;

    @BeforeEach
    void connectAndGoLive() {
        live = Livemeter.builder()
                .wallet(InMemoryBooks.create(time))
                .relay(relay)
                .provider(youtube)
                .accounts(AccountPolicy.returningTo(HERE.toString()))
                .properties(Map.of("livemeter.broadcast.video-after", "10s"))
                .tariff(Tariff.perMinute("USD", "0.10"))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .ids(() -> "id" + String.format("%08d", ids.incrementAndGet()))
                .build();
        live.wallets().credit("alice", Money.of("USD", "100.00"), "order-1");
        connect();
        var account = live.accounts().of("alice").get(0);
        destination = live.destinations()
                .add("alice", Destination.account("youtube", "My channel", account.id()))
                .id();
        live.broadcasts().describe("alice", StreamDetails.titled("An evening of songs"));
        session = ((Admission.Admitted)
                        relay.publish(live.streamKeys().create("alice").reveal()))
                .session();
        pass(2);
        relay.connectDestination(session, destination);
        youtube.shows().get(destination);
        youtube.shows().viewers(destination, 12L);
        pass(10);
    }

    @AfterEach
    void close() {
        live.close();
    }

    private void connect() {
        var back = InMemoryPlatform.query(youtube.allow(live.accounts().begin("alice", "youtube", HERE), CHANNEL));
        live.accounts().complete("alice", back.getOrDefault("state", ""), back.getOrDefault("code", ""));
    }

    private void pass(int seconds) {
        for (var second = 0; second < seconds; second++) {
            relay.heartbeat();
            time.advance(Duration.ofSeconds(1));
        }
    }

    private BroadcastRef shown() {
        return live.broadcasts().of(session).get(0).ref();
    }

    private void says(String id, String name, String text) {
        youtube.chats()
                .say(
                        shown(),
                        new Message(
                                id, new PlatformAuthor(name, name, Set.of(Badge.MEMBER)), text, "", time.instant()));
        time.runDue();
    }

    private List<String> heard() {
        var page = ((Granted<?>) live.platformChats().after(session, ALICE, 0)).value();
        return ((PlatformChatPage) page)
                .entries().stream()
                        .filter(PlatformChatEntry.Message.class::isInstance)
                        .map(PlatformChatEntry.Message.class::cast)
                        .map(message ->
                                message.platform() + " " + message.author().name() + ": " + message.text())
                        .toList();
    }

    @Test
    void fromTheAccountToTheVideo() {
        var status = live.sessions().running("alice").get(0).destinations().get(0);
        assertThat(status.state()).isEqualTo(DestinationStatus.State.LIVE);
        assertThat(status.broadcast()).isNotNull();
        assertThat(status.broadcast().viewers()).isEqualTo(12);
        assertThat(youtube.shows().opened())
                .singleElement()
                .satisfies(plan -> assertThat(plan.details().title()).isEqualTo("An evening of songs"));

        says("m1", "bob", "Encore!");
        assertThat(heard()).containsExactly("youtube bob: Encore!");
        live.platformChats().reply(session, ALICE, destination, "Thank you");
        assertThat(heard()).containsExactly("youtube bob: Encore!", "youtube Alice's channel: Thank you");

        relay.hangUp(session);
        time.runDue();
        youtube.shows().keep(destination, URI.create("https://youtube.invalid/video"));
        assertThat(youtube.chats().links(shown())).isZero();
        time.advance(Duration.ofSeconds(9));
        assertThat(live.broadcasts().of(session).get(0).video()).isNull();
        time.advance(Duration.ofSeconds(17));
        assertThat(live.broadcasts().of(session)).singleElement().satisfies(record -> {
            assertThat(record.video()).isEqualTo(URI.create("https://youtube.invalid/video"));
            assertThat(record.viewers().peak()).isEqualTo(12);
        });
    }

    @Test
    void aTokenThatEndedMeanwhileIsRenewedAndNobodyNotices() {
        youtube.endAccess();
        pass(30);
        assertThat(youtube.renewals()).isPositive();
        assertThat(live.sessions().running("alice").get(0).destinations().get(0).state())
                .isEqualTo(DestinationStatus.State.LIVE);
    }

    @Test
    void whoTakesBackTheirPermissionIsToldAndMayConnectAgain() {
        youtube.withdraw(CHANNEL.id());
        pass(30);
        assertThat(live.accounts().of("alice"))
                .singleElement()
                .satisfies(account -> assertThat(account.state()).isEqualTo(State.NEEDS_AUTHORIZATION));
        var status = live.sessions().running("alice").get(0).destinations().get(0);
        assertThat(status.state()).isEqualTo(DestinationStatus.State.LIVE);
        assertThat(status.lastError()).contains("connect the account again");
        connect();
        pass(400);
        assertThat(live.sessions().running("alice").get(0).destinations().get(0).detail())
                .isEmpty();
    }

    @Test
    void theWayToAConnectedAccountIsKnownOnceAStreamGoesThere() {
        assertThatThrownBy(() -> live.destinationTests().run("alice", destination))
                .isInstanceOfSatisfying(
                        LivemeterException.class, e -> assertThat(e.code()).isEqualTo("destination.no_test"))
                .hasMessage(
                        "The connection to 'My channel' cannot be tested, as its platform says only for a stream where that one is to go; start one to see.");
    }
}
