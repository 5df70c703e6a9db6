package dev.livemeter.platforms;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.platforms.http.Budgets;
import dev.livemeter.platforms.http.CallCounts;
import dev.livemeter.platforms.http.Dialect;
import dev.livemeter.platforms.http.Endpoint;
import dev.livemeter.platforms.http.HttpLimits;
import dev.livemeter.platforms.http.PlatformHttp;
import dev.livemeter.platforms.http.QuotaLedger;
import dev.livemeter.platforms.http.Surroundings;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.CarriesChat.Link;
import dev.livemeter.spi.CarriesChat.Means;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.standin.twitch.ChatRoom;
import dev.livemeter.standin.twitch.ChatRoom.Chatter;
import dev.livemeter.standin.twitch.EventSub;
import dev.livemeter.standin.twitch.TwitchServer;
import dev.livemeter.testing.StandingAccess;
import dev.livemeter.testing.contract.CarriesChatContract;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Twitch's chat, against the stand-in for Twitch. */
class TwitchChatTest extends CarriesChatContract {

    private static final String CHANNEL = "1001";
    private static final String NAME = "Bob";
    private static final String MESSAGE = "channel.chat.message";

    private static final Chatter FAN = Chatter.of("1", "fan");

    private final BroadcastRef broadcast = new BroadcastRef("twitch-1", "", null);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final SystemScheduler scheduler = new SystemScheduler(threads);
    private final HeardWords heard = new HeardWords();
    private TwitchServer server;
    private ChatRoom room;
    private EventSub twitch;
    private StandingAccess access;
    private TwitchChat chat;

    @BeforeEach
    void begin() {
        server = TwitchServer.start();
        server.user(CHANNEL, "bob", NAME);
        room = server.chat(CHANNEL);
        twitch = server.events();
        var token = server.token(CHANNEL, TwitchSettings.CHAT);
        access = StandingAccess.of("bob", "twitch", new PlatformIdentity(CHANNEL, NAME), token)
                .allowing(TwitchSettings.CHAT);
        var dialect = new Dialect() {
            @Override
            public String platform() {
                return "Twitch";
            }

            @Override
            public Map<String, String> headers() {
                return Map.of("Client-Id", TwitchServer.CLIENT_ID);
            }
        };
        var random = new Random(1);
        var http = new PlatformHttp(
                dialect,
                HttpLimits.standard(),
                Surroundings.system(random, threads),
                Budgets.generous(TimeSource.system()),
                new CallCounts("twitch", QuotaLedger.unlimited(TimeSource.system())));
        chat = new TwitchChat(
                http,
                new Endpoint(server.api()),
                server.eventSub(),
                new ChatPatience(Duration.ofSeconds(5), Duration.ofMillis(50), Duration.ofMillis(400), random),
                threads);
    }

    @AfterEach
    void end() {
        assertThat(twitch.breaches()).isEmpty();
        scheduler.close();
        server.close();
        threads.shutdownNow();
    }

    @Override
    protected CarriesChat chat() {
        return chat;
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
        var badges = author.badges().stream()
                .map(badge -> badge.name().toLowerCase(Locale.ROOT))
                .toList();
        room.say(id, new Chatter(author.id(), author.name(), badges), text);
    }

    @Override
    protected void messageIsTakenAway(String id) {
        room.delete(id);
    }

    @Override
    protected void authorIsSentAway(String author) {
        room.clearUser(author);
    }

    @Override
    protected void connectionsBreak() {
        twitch.breakConnections();
    }

    @Override
    protected void chatEnds() {
        twitch.revoke("user_removed");
    }

    @Override
    protected List<String> saidByTheAccount() {
        return room.said();
    }

    private Link join(AccountAccess with) {
        return chat.join(broadcast, with, heard, new Means(TimeSource.system(), scheduler, threads));
    }

    private Link joined() {
        var link = join(access);
        heard.awaits("connected");
        return link;
    }

    @Test
    void aSocketThatFallsSilentIsLeft() {
        twitch.keepaliveSeconds(1);
        try (var link = joined()) {
            twitch.fallSilent(true);
            heard.awaits("interrupted silent: Twitch's chat has fallen silent; it is joined again.");
            twitch.fallSilent(false);
            heard.awaits("connected", 2);
            room.say("m-1", FAN, "hello");
            heard.awaits("fan: hello");
            assertThat(link).isNotNull();
        }
    }

    @Test
    void aMoveToAnotherSocketLosesNothingAndSubscribesNothingAnew() {
        try (var link = joined()) {
            twitch.welcomesAtOnce(false);
            twitch.askToMove(null);
            HeardWords.await(() -> twitch.sockets() == 2);
            // The new socket is not welcomed yet; what the old one tells is heard. Both have the subscriptions.
            twitch.tell(MESSAGE, CHANNEL, "moved-1", room.message("m-1", FAN, "meanwhile"));
            heard.awaits("fan: meanwhile");
            twitch.welcomeAll();
            HeardWords.await(() -> {
                twitch.tell(MESSAGE, CHANNEL, "moved-2", room.message("m-2", FAN, "after"));
                return twitch.sockets() == 1;
            });
            heard.awaits("fan: after");
            assertThat(heard.words()).containsExactly("connected", "fan: meanwhile", "fan: after");
            assertThat(twitch.subscriptions()).isEqualTo(4);
            assertThat(link).isNotNull();
        }
    }

    @Test
    void whatTheOldSocketStillHasIsHeardAfterAMove() {
        try (var link = joined()) {
            twitch.welcomesAtOnce(false);
            twitch.askToMove(null);
            HeardWords.await(() -> twitch.sockets() == 2);
            var old = new AtomicBoolean();
            twitch.raw(peer -> {
                if (old.compareAndSet(false, true)) {
                    for (var i = 1; i <= 500; i++) {
                        peer.text(
                                twitch.notification(MESSAGE, "old-" + i, room.message("m-" + i, FAN, "message " + i)));
                    }
                }
            });
            twitch.welcomeAll();
            heard.awaits("fan: message 500");
            assertThat(heard.words().stream().filter(word -> word.startsWith("fan: ")))
                    .hasSize(500);
            HeardWords.await(() -> {
                twitch.tell(MESSAGE, CHANNEL, "moved", room.message("m-after", FAN, "after"));
                return twitch.sockets() == 1;
            });
            assertThat(link).isNotNull();
        }
    }

    @Test
    void whatWasNotAllowedIsNotAskedFor() {
        var blind = access.allowing(TwitchSettings.NEEDED);
        try (var link = join(blind)) {
            heard.awaits(
                    "over: This account was connected without the permission to read the chat on Twitch; connect it again and allow that.");
            assertThat(twitch.sockets()).isZero();
            assertThat(link).isNotNull();
        }
        try (var link = join(access.allowing(Set.of(TwitchSettings.READS_CHAT)))) {
            heard.awaits("connected");
            assertThat(link.say("hi"))
                    .isEqualTo(
                            new Saying.NotAllowed(
                                    "This account was connected without the permission to write in the chat on Twitch; connect it again and allow that."));
            assertThat(blind.lost()).isNull();
        }
    }

    @Test
    void nobodyIsMovedToAStrangersSocket() {
        try (var link = joined()) {
            for (var address : List.of(
                    "ws://evil.example/ws",
                    "wss://127.0.0.1/ws",
                    "http://127.0.0.1/",
                    "ws://eviltwitch.tv/",
                    "::",
                    "")) {
                if (!address.isEmpty()) {
                    twitch.askToMove(address);
                }
            }
            room.say("m-1", FAN, "hello");
            heard.awaits("fan: hello");
            assertThat(twitch.sockets()).isEqualTo(1);
            assertThat(heard.words()).containsExactly("connected", "fan: hello");
            assertThat(link).isNotNull();
        }
    }

    @Test
    void whatTwitchTellsTwiceIsHeardOnce() {
        try (var link = joined()) {
            for (var i = 0; i < 3; i++) {
                twitch.tell(MESSAGE, CHANNEL, "same-id", room.message("m-1", FAN, "hello"));
            }
            room.say("m-2", FAN, "more");
            heard.awaits("fan: more");
            assertThat(heard.words()).containsExactly("connected", "fan: hello", "fan: more");
            assertThat(link).isNotNull();
        }
    }

    @Test
    void garbageIsLeftOut() {
        try (var link = joined()) {
            twitch.raw(peer -> {
                peer.text("no json");
                peer.text("");
                peer.text("[1,2]");
                peer.text("{}");
                peer.text("{\"metadata\":7,\"payload\":[]}");
                peer.text("{\"metadata\":{\"message_id\":\"x1\",\"message_type\":\"notification\"}}");
                peer.text("{\"metadata\":{\"message_id\":\"x2\",\"message_type\":\"something_new\"},\"payload\":{}}");
                peer.text(twitch.notification(MESSAGE, "x3", "{}"));
                peer.binary(new byte[] {1, 2, 3});
                peer.ping();
            });
            room.say("m-1", FAN, "hello");
            heard.awaits("fan: hello");
            HeardWords.await(() -> twitch.pongs() > 0);
            assertThat(heard.words()).containsExactly("connected", "fan: hello");
            assertThat(link).isNotNull();
        }
    }

    @Test
    void aMessageInPiecesIsPutTogetherAndOneWithoutEndIsNotRead() {
        try (var link = joined()) {
            var words = twitch.notification(MESSAGE, "pieces", room.message("m-1", FAN, "h\u00e9llo \ud83d\ude00"));
            twitch.raw(peer -> peer.inPieces(words, 7));
            heard.awaits("fan: h\u00e9llo \ud83d\ude00");
            twitch.raw(peer -> peer.text("{\"x\":\"" + "y".repeat(200_000) + "\"}"));
            heard.awaits("interrupted too_long: Twitch's chat sent more than is read; it is joined again.");
            heard.awaits("connected", 2);
            assertThat(link).isNotNull();
        }
    }

    @Test
    void whatIsPaidAndBadgesAreTold() {
        try (var link = joined()) {
            room.cheer("m-1", Chatter.of("1", "fan", "founder", "partner", "bits", "broadcaster"), "Cheer100", 100);
            heard.awaits("fan: Cheer100");
            var message = heard.messages().get(0);
            assertThat(message.paid()).isEqualTo("100 bits");
            assertThat(message.author().badges())
                    .containsExactlyInAnyOrder(
                            PlatformAuthor.Badge.BROADCASTER,
                            PlatformAuthor.Badge.MEMBER,
                            PlatformAuthor.Badge.VERIFIED);
            assertThat(message.at()).isAfter(java.time.Instant.now().minusSeconds(60));
            room.clear();
            heard.awaits("removed all");
            assertThat(link).isNotNull();
        }
    }

    @Test
    void aPermissionThatIsTakenBackEndsItAndIsToldToTheAccount() {
        try (var link = joined()) {
            twitch.revoke("authorization_revoked");
            heard.awaits("over: The permission to read the chat was taken back on Twitch; connect the account again.");
            assertThat(access.lost()).startsWith("The permission to read the chat was taken back");
            HeardWords.await(() -> {
                room.say("m-1", FAN, "anybody?");
                return twitch.sockets() == 0;
            });
            assertThat(link.say("me")).isInstanceOf(Saying.NotAllowed.class);
        }
    }

    @Test
    void aRefusalThatStaysEndsItAndOneThatPassesDoesNot() {
        server.refuse(503);
        try (var link = join(access)) {
            heard.awaits("interrupted http_503: Twitch is in trouble itself (status 503); it is asked again later.", 2);
            server.refuse(0);
            heard.awaits("connected");
            twitch.breakConnections();
            server.refuse(403);
            heard.awaits("over: Twitch refused the request (status 403) without saying why.");
            assertThat(link).isNotNull();
        }
    }

    @Test
    void anAccountThatMustBeConnectedAgainEndsIt() {
        var lost = new AccountAccess() {
            @Override
            public PlatformAccount account() {
                return access.account();
            }

            @Override
            public Secret token() {
                throw new LivemeterException("account.needs_authorization", "Connect the account again.");
            }

            @Override
            public Secret tokenAfter(Secret refused) {
                return token();
            }

            @Override
            public void needsAuthorization(String why) {}
        };
        try (var link = join(lost)) {
            heard.awaits("over: Connect the account again.");
            assertThat(link.say("hi")).isInstanceOf(Saying.NotAllowed.class);
        }
    }

    @Test
    void whatTwitchDropsIsRefusedWithItsReason() {
        try (var link = joined()) {
            room.drop("automod_held");
            assertThat(link.say("hi").toString())
                    .contains(
                            "automod_held", "Twitch did not show the message: Your message is being checked by mods.");
            room.drop("");
            server.refuse(429);
            assertThat(((Saying.Refused) link.say("hi")).trouble().retryable()).isTrue();
            assertThat(room.said()).isEmpty();
        }
    }

    @Test
    void aServerThatIsNotThereIsTriedAgain() {
        server.close();
        try (var link = join(access)) {
            heard.awaits(
                    "interrupted unreachable: Twitch's chat cannot be reached; check that this host may connect to it. It is tried again.",
                    3);
            assertThat(link).isNotNull();
        }
    }
}
