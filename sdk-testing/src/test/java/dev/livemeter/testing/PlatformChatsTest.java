package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.broadcast.chat.PlatformAuthor.Badge;
import dev.livemeter.broadcast.chat.PlatformChatEntry;
import dev.livemeter.broadcast.chat.PlatformChatEntry.Removed;
import dev.livemeter.broadcast.chat.PlatformChatPage;
import dev.livemeter.broadcast.chat.PlatformChatStatus;
import dev.livemeter.broadcast.chat.PlatformChats;
import dev.livemeter.broadcast.chat.PlatformReply;
import dev.livemeter.chat.ChatAnswer;
import dev.livemeter.chat.ChatAnswer.Declined;
import dev.livemeter.chat.ChatAnswer.Reason;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.event.Events;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.PlatformChatPosted;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.Moderator;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.CarriesChat.Message;
import dev.livemeter.spi.CarriesChat.Removal;
import dev.livemeter.spi.CarriesChat.Saying;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The chats of all platforms beside one stream, in memory. */
@Timeout(180)
class PlatformChatsTest {

    private static final UserId BOB = UserId.of("bob");
    private static final Moderator OWNER = Moderator.ordinary(BOB);
    private static final SessionId SESSION = new SessionId("session-1");
    private static final DestinationId FIRST = new DestinationId("dst-1");
    private static final DestinationId SECOND = new DestinationId("dst-2");
    private static final BroadcastRef ON_TWITCH = new BroadcastRef("b-twitch", "", null);
    private static final BroadcastRef ON_YOUTUBE = new BroadcastRef("b-youtube", "", null);
    private static final PlatformAuthor FAN = new PlatformAuthor("4711", "Fan", Set.of(Badge.MEMBER));
    private static final PlatformTrouble BROKEN =
            new PlatformTrouble(true, null, "broken", "The connection broke; it is joined again.");

    private final ManualTime time = ManualTime.create();
    private final List<LiveEvent> events = new ArrayList<>();
    private final Livemeter live = Livemeter.builder()
            .wallet(InMemoryBooks.create(time))
            .tariff(Tariff.perMinute("USD", "0.10"))
            .time(time)
            .scheduler(time)
            .executor(Runnable::run)
            .moderators((moderator, broadcaster) -> moderator.value().equals("carol"))
            .listener(events::add)
            .build();
    private final PlatformChats chats = live.platformChats();
    private final InMemoryPlatformChat twitch = InMemoryPlatformChat.takingAtMost(500);
    private final InMemoryPlatformChat youtube = InMemoryPlatformChat.takingAtMost(200);

    @AfterEach
    void close() {
        live.close();
    }

    private void open() {
        chats.opened(SESSION, BOB, FIRST, "twitch", twitch, ON_TWITCH, StandingAccess.of("bob", "twitch"));
        chats.opened(SESSION, BOB, SECOND, "youtube", youtube, ON_YOUTUBE, StandingAccess.of("bob", "youtube"));
        time.runDue();
    }

    private Message message(String id, PlatformAuthor author, String text) {
        return new Message(id, author, text, "", time.instant());
    }

    private void onTwitch(String id, String text) {
        twitch.say(ON_TWITCH, message(id, FAN, text));
    }

    private void onYouTube(String id, String text) {
        youtube.say(ON_YOUTUBE, message(id, FAN, text));
    }

    private PlatformChatPage page(long after) {
        return chats.after(SESSION, OWNER, after).orElseThrow();
    }

    private List<PlatformChatEntry.Message> messages() {
        return page(0).entries().stream()
                .filter(PlatformChatEntry.Message.class::isInstance)
                .map(PlatformChatEntry.Message.class::cast)
                .toList();
    }

    private List<String> texts() {
        return messages().stream().map(PlatformChatEntry.Message::text).toList();
    }

    private List<PlatformChatStatus.State> states() {
        return page(0).chats().stream().map(PlatformChatStatus::state).toList();
    }

    private List<PlatformChatPosted> told() {
        return events.stream()
                .filter(PlatformChatPosted.class::isInstance)
                .map(PlatformChatPosted.class::cast)
                .toList();
    }

    private static Declined<?> declined(ChatAnswer<?> answer) {
        assertThat(answer).isInstanceOf(Declined.class);
        return (Declined<?>) answer;
    }

    @Test
    void whatIsSaidOnAllPlatformsComesInOneOrder() {
        open();
        onTwitch("t1", "first");
        onYouTube("y1", "second");
        onTwitch("t2", "third");
        assertThat(texts()).containsExactly("first", "second", "third");
        assertThat(messages())
                .extracting(PlatformChatEntry.Message::platform)
                .containsExactly("twitch", "youtube", "twitch");
        assertThat(messages().get(1).destination()).isEqualTo(SECOND);
        assertThat(messages().get(0).author()).isEqualTo(FAN);
        var numbers =
                page(0).entries().stream().map(PlatformChatEntry::sequence).toList();
        assertThat(numbers)
                .isEqualTo(LongStream.range(0, numbers.size())
                        .mapToObj(i -> numbers.get(0) + i)
                        .toList());
        assertThat(page(messages().get(1).sequence()).entries())
                .containsExactly(messages().get(2));
    }

    @Test
    void whatAPlatformTellsAgainIsShownOnce() {
        open();
        onTwitch("t1", "once");
        twitch.interrupt(ON_TWITCH, BROKEN);
        twitch.recover(ON_TWITCH);
        time.advance(Duration.ofSeconds(1));
        onTwitch("t2", "more");
        assertThat(texts()).containsExactly("once", "more");
        // The same id on another platform is another message.
        onYouTube("t1", "mine");
        assertThat(texts()).containsExactly("once", "more", "mine");
    }

    @Test
    void aMessageThatIsTakenAwayIsGoneAndItsRemovalIsTold() {
        open();
        onTwitch("t1", "rude");
        onTwitch("t2", "kind");
        var rude = messages().get(0);
        var before = page(0).last();
        twitch.remove(ON_TWITCH, new Removal.OfMessage("t1"));
        twitch.remove(ON_TWITCH, new Removal.OfMessage("t1"));
        assertThat(page(before).entries())
                .singleElement()
                .satisfies(entry -> assertThat(((PlatformChatEntry.Removal) entry).what())
                        .isEqualTo(new Removed.OfMessage(rude.sequence())));
        assertThat(texts()).containsExactly("", "kind");
        assertThat(messages().get(0).isRemoved()).isTrue();
        assertThat(page(0).toString()).doesNotContain("rude");
    }

    @Test
    void aRemovalThatComesBeforeItsMessageHoldsAllTheSame() {
        open();
        twitch.remove(ON_TWITCH, new Removal.OfMessage("t1"));
        onTwitch("t1", "rude");
        assertThat(texts()).isEmpty();
    }

    @Test
    void allOfAnAuthorAndAllOfAChatCanBeTakenAway() {
        open();
        onTwitch("t1", "one");
        twitch.say(ON_TWITCH, message("t2", new PlatformAuthor("9", "Other", Set.of()), "two"));
        onYouTube("y1", "three");
        twitch.remove(ON_TWITCH, new Removal.OfAuthor("4711"));
        assertThat(texts()).containsExactly("", "two", "three");
        twitch.remove(ON_TWITCH, new Removal.OfAll());
        assertThat(texts()).containsExactly("", "", "three");
        assertThat(page(0).entries())
                .filteredOn(PlatformChatEntry.Removal.class::isInstance)
                .extracting(entry -> ((PlatformChatEntry.Removal) entry).what())
                .containsExactly(new Removed.OfAuthor("4711"), new Removed.OfAll());
    }

    @Test
    void hostileTextIsMadeHarmless() {
        open();
        onTwitch("t1", "<script>alert(1)</script>");
        onTwitch("t2", "a\u202eb\u0000c\nd");
        onTwitch("t3", "\u200b\u2066");
        onTwitch("t4", "x".repeat(5_000));
        twitch.say(ON_TWITCH, message("t5", new PlatformAuthor("6\u202e6", "\u202e\u200b", Set.of()), "hi"));
        assertThat(texts()).containsExactly("<script>alert(1)</script>", "abc d", "x".repeat(500), "hi");
        assertThat(messages().get(3).author()).isEqualTo(new PlatformAuthor("6?6", "6?6", Set.of()));
    }

    @Test
    void whatWasPaidIsShownAlsoWithoutAText() {
        open();
        youtube.say(ON_YOUTUBE, new Message("y1", FAN, "", "$5.00", time.instant()));
        assertThat(messages())
                .singleElement()
                .satisfies(message -> assertThat(message.paid()).isEqualTo("$5.00"));
    }

    @Test
    void aMomentThatCannotBeIsReplaced() {
        open();
        var now = time.instant();
        twitch.say(ON_TWITCH, new Message("t1", FAN, "from 1970", "", java.time.Instant.EPOCH));
        twitch.say(ON_TWITCH, new Message("t2", FAN, "from the future", "", now.plusSeconds(3_600)));
        twitch.say(ON_TWITCH, new Message("t3", FAN, "late", "", now.minusSeconds(30)));
        assertThat(messages())
                .extracting(PlatformChatEntry.Message::at)
                .containsExactly(now, now, now.minusSeconds(30));
    }

    @Test
    void theLastTwoHundredAreKeptAndWhoIsLateIsToldHowManyAreGone() {
        open();
        onTwitch("t0", "first");
        var first = page(0).last();
        IntStream.rangeClosed(1, 250).forEach(i -> onTwitch("t" + i, "message " + i));
        assertThat(texts()).hasSize(200).startsWith("message 51").endsWith("message 250");
        assertThat(page(first).skipped()).isEqualTo(50);
        assertThat(page(first).isMissed(first)).isTrue();
        assertThat(page(first + 100).skipped()).isZero();
        assertThat(page(first + 100).isMissed(first + 100)).isFalse();
        assertThat(page(0).skipped()).isZero();
    }

    @Test
    void removalsPushNothingOutThatWasSaid() {
        open();
        onTwitch("t0", "stays");
        for (var i = 0; i < 1_000; i++) {
            twitch.remove(ON_TWITCH, new Removal.OfAuthor("spammer-" + i));
        }
        assertThat(page(0).entries()).hasSizeLessThanOrEqualTo(400);
        onTwitch("t1", "last");
        assertThat(texts()).contains("last");
    }

    @Test
    void ownerModeratorsAndAdministratorsReadAndNobodyElse() {
        open();
        assertThat(page(0).entries()).isNotEmpty();
        for (var reader : List.of(Moderator.ordinary(UserId.of("carol")), Moderator.administrator(UserId.of("root")))) {
            assertThat(chats.after(SESSION, reader, 0)).isInstanceOf(ChatAnswer.Granted.class);
        }
        var alice = Moderator.ordinary(UserId.of("alice"));
        for (var answer : List.of(
                chats.after(SESSION, alice, 0),
                chats.subscribe(SESSION, alice, () -> {}),
                chats.reply(SESSION, alice, null, "hi"),
                chats.latest(BOB, alice))) {
            assertThat(declined(answer).reason()).isEqualTo(Reason.NOT_ALLOWED);
            assertThat(declined(answer).message())
                    .isEqualTo(
                            "Only who streams, and who moderates for them, may read and answer what is said on the platforms.");
        }
        assertThat(twitch.saidFromHere(ON_TWITCH)).isEmpty();
        var other = new SessionId("session-2");
        assertThat(declined(chats.after(other, OWNER, 0)).message())
                .isEqualTo("There are no chats of platforms beside this stream, or no more.");
        assertThat(declined(chats.subscribe(other, OWNER, () -> {})).reason()).isEqualTo(Reason.UNKNOWN);
        assertThat(declined(chats.reply(other, OWNER, null, "hi")).reason()).isEqualTo(Reason.UNKNOWN);
    }

    @Test
    void theLatestStreamOfSomebodyIsFound() {
        assertThat(chats.latest(BOB, OWNER).orElseThrow()).isEqualTo(Optional.empty());
        open();
        time.advance(Duration.ofSeconds(1));
        var later = new SessionId("session-2");
        chats.opened(
                later,
                BOB,
                FIRST,
                "twitch",
                twitch,
                new BroadcastRef("b-2", "", null),
                StandingAccess.of("bob", "twitch"));
        assertThat(chats.latest(BOB, OWNER).orElseThrow()).isEqualTo(Optional.of(later));
        // Numbers of a later stream are above all of the one before.
        assertThat(chats.after(later, OWNER, page(0).last()).orElseThrow().isMissed(page(0).last()))
                .isTrue();
    }

    @Test
    void aReplyGoesToOnePlatformOrToAll() {
        open();
        assertThat(chats.reply(SESSION, OWNER, FIRST, " hello \u202etwitch ").orElseThrow())
                .containsExactly(new PlatformReply(FIRST, "twitch", new Saying.Said()));
        assertThat(chats.reply(SESSION, OWNER, null, "hello all").orElseThrow())
                .containsExactly(
                        new PlatformReply(FIRST, "twitch", new Saying.Said()),
                        new PlatformReply(SECOND, "youtube", new Saying.Said()));
        assertThat(twitch.saidFromHere(ON_TWITCH)).containsExactly("hello twitch", "hello all");
        assertThat(youtube.saidFromHere(ON_YOUTUBE)).containsExactly("hello all");
        assertThat(messages())
                .extracting(message -> message.platform() + " " + message.text())
                .containsExactlyInAnyOrder("twitch hello twitch", "twitch hello all", "youtube hello all");
    }

    @Test
    void whatIsTooLongForOnePlatformIsSaidOnTheOthers() {
        open();
        var text = "x".repeat(201);
        var replies = chats.reply(SESSION, OWNER, null, text).orElseThrow();
        assertThat(replies.get(0).outcome()).isEqualTo(new Saying.Said());
        assertThat(replies.get(1).outcome())
                .isEqualTo(new Saying.Refused(new PlatformTrouble(
                        false, null, "too_long", "The message has 201 characters; this platform takes at most 200.")));
        assertThat(youtube.saidFromHere(ON_YOUTUBE)).isEmpty();
        assertThat(page(0).chats()).extracting(PlatformChatStatus::longestReply).containsExactly(500, 200);
    }

    @Test
    void whatAPlatformRefusesIsToldAsItIs() {
        open();
        var refused = new Saying.Refused(new PlatformTrouble(false, null, "msg_rejected", "AutoMod holds it."));
        twitch.answer(ON_TWITCH, refused);
        assertThat(chats.reply(SESSION, OWNER, FIRST, "hi").orElseThrow())
                .containsExactly(new PlatformReply(FIRST, "twitch", refused));
    }

    @Test
    void aReplyThatCannotBeIsDeclinedBeforeAnyPlatformIsAsked() {
        open();
        assertThat(declined(chats.reply(SESSION, OWNER, null, "x".repeat(501))).message())
                .isEqualTo("The message has 501 characters; at most 500 can be said at once.");
        assertThat(declined(chats.reply(SESSION, OWNER, null, " \u200b ")).message())
                .isEqualTo("The message says nothing; write something.");
        assertThat(declined(chats.reply(SESSION, OWNER, new DestinationId("dst-9"), "hi"))
                        .message())
                .isEqualTo("There is no open chat at the destination dst-9.");
        chats.ended(SESSION, FIRST);
        chats.ended(SESSION, SECOND);
        assertThat(declined(chats.reply(SESSION, OWNER, null, "hi")).message())
                .isEqualTo("No platform that this stream is shown on has an open chat.");
        assertThat(twitch.saidFromHere(ON_TWITCH)).isEmpty();
    }

    @Test
    void repliesHaveAPace() {
        open();
        for (var i = 0; i < 5; i++) {
            assertThat(chats.reply(SESSION, OWNER, FIRST, "reply " + i)).isInstanceOf(ChatAnswer.Granted.class);
        }
        var tooFast = declined(chats.reply(SESSION, OWNER, FIRST, "too fast"));
        assertThat(tooFast.reason()).isEqualTo(Reason.TOO_FAST);
        assertThat(tooFast.retryAfter()).isEqualTo(Duration.ofSeconds(3));
        time.advance(tooFast.retryAfter());
        assertThat(chats.reply(SESSION, OWNER, FIRST, "now")).isInstanceOf(ChatAnswer.Granted.class);
        assertThat(twitch.saidFromHere(ON_TWITCH)).hasSize(6);
    }

    @Test
    void eachChatTellsHowItFares() {
        chats.opened(SESSION, BOB, FIRST, "twitch", twitch, ON_TWITCH, StandingAccess.of("bob", "twitch"));
        assertThat(states()).containsExactly(PlatformChatStatus.State.JOINING);
        time.runDue();
        assertThat(states()).containsExactly(PlatformChatStatus.State.CONNECTED);
        twitch.interrupt(ON_TWITCH, BROKEN);
        var broken = page(0).chats().get(0);
        assertThat(broken.state()).isEqualTo(PlatformChatStatus.State.INTERRUPTED);
        assertThat(broken.detail()).isEqualTo("The connection broke; it is joined again.");
        assertThat(broken.nextTryAt()).isEqualTo(time.instant().plusMillis(100));
        twitch.recover(ON_TWITCH);
        time.advance(Duration.ofSeconds(1));
        assertThat(states()).containsExactly(PlatformChatStatus.State.CONNECTED);
        twitch.close(ON_TWITCH, "The chat was switched off.");
        assertThat(page(0).chats().get(0).detail()).isEqualTo("The chat was switched off.");
        assertThat(page(0).entries())
                .filteredOn(PlatformChatEntry.Turn.class::isInstance)
                .extracting(entry -> ((PlatformChatEntry.Turn) entry).status().state())
                .containsExactly(PlatformChatStatus.State.OVER);
    }

    @Test
    void whatAPlatformEndedIsJoinedAgainAfterHalfAnHourAndNotAtEachLook() {
        open();
        twitch.close(ON_TWITCH, "The chat is switched off.");
        for (var look = 0; look < 59; look++) {
            time.advance(Duration.ofSeconds(30));
            open();
            assertThat(twitch.links(ON_TWITCH)).isZero();
        }
        assertThat(states()).containsExactly(PlatformChatStatus.State.OVER, PlatformChatStatus.State.CONNECTED);
        time.advance(Duration.ofSeconds(30));
        open();
        assertThat(twitch.links(ON_TWITCH)).isOne();
        assertThat(states()).containsOnly(PlatformChatStatus.State.CONNECTED);
    }

    @Test
    void whatAPlatformEndedIsJoinedAgainOnceTheAccountIsConnectedAnewOrTheStreamComesBack() {
        open();
        twitch.close(ON_TWITCH, "Connect the account again.");
        var anew = StandingAccess.of("bob", "twitch").connectedAt(time.instant());
        chats.opened(SESSION, BOB, FIRST, "twitch", twitch, ON_TWITCH, anew);
        time.runDue();
        assertThat(twitch.links(ON_TWITCH)).isOne();
        twitch.close(ON_TWITCH, "The chat is switched off.");
        chats.opened(SESSION, BOB, FIRST, "twitch", twitch, ON_TWITCH, anew);
        assertThat(twitch.links(ON_TWITCH)).isZero();
        chats.ended(SESSION, FIRST);
        chats.opened(SESSION, BOB, FIRST, "twitch", twitch, ON_TWITCH, anew);
        assertThat(twitch.links(ON_TWITCH)).isOne();
    }

    @Test
    void aChatThatComesAndGoesPushesNothingOutThatWasSaidElsewhere() {
        open();
        onYouTube("y1", "stays");
        var seen = page(0).last();
        for (var i = 0; i < 500; i++) {
            twitch.interrupt(ON_TWITCH, BROKEN);
            twitch.recover(ON_TWITCH);
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(texts()).containsExactly("stays");
        // Who read along has missed nothing but states that are over.
        assertThat(page(seen).isMissed(seen)).isFalse();
        assertThat(page(seen).entries()).hasSize(1);
        assertThat(page(seen).skipped()).isZero();
    }

    @Test
    void anEndedChatIsLeftAndCanBeReadForTenMinutes() {
        open();
        onTwitch("t1", "hello");
        chats.ended(SESSION, FIRST);
        chats.ended(SESSION, FIRST);
        assertThat(twitch.links(ON_TWITCH)).isZero();
        assertThat(youtube.links(ON_YOUTUBE)).isOne();
        time.advance(Duration.ofMinutes(20));
        assertThat(texts()).containsExactly("hello");
        chats.ended(SESSION, SECOND);
        time.advance(Duration.ofMinutes(10).minusMillis(1));
        assertThat(texts()).containsExactly("hello");
        time.advance(Duration.ofMillis(1));
        assertThat(declined(chats.after(SESSION, OWNER, 0)).reason()).isEqualTo(Reason.UNKNOWN);
    }

    @Test
    void aChatThatIsOpenedAgainStays() {
        open();
        chats.ended(SESSION, FIRST);
        chats.ended(SESSION, SECOND);
        time.advance(Duration.ofMinutes(5));
        open();
        time.advance(Duration.ofHours(1));
        onTwitch("t1", "again");
        assertThat(texts()).containsExactly("again");
    }

    @Test
    void theSameBroadcastIsJoinedOnceAndAnotherOneTakesItsPlace() {
        open();
        open();
        assertThat(twitch.links(ON_TWITCH)).isOne();
        var second = new BroadcastRef("b-second", "", null);
        chats.opened(SESSION, BOB, FIRST, "twitch", twitch, second, StandingAccess.of("bob", "twitch"));
        time.runDue();
        assertThat(twitch.links(ON_TWITCH)).isZero();
        assertThat(twitch.links(second)).isOne();
        assertThat(page(0).chats()).hasSize(2);
    }

    @Test
    void aProviderThatFailsDisturbsNobody() {
        CarriesChat broken = new CarriesChat() {
            @Override
            public Link join(BroadcastRef broadcast, AccountAccess access, Ear ear, Means means) {
                throw new IllegalStateException("a bug");
            }

            @Override
            public int longestText() {
                return 500;
            }
        };
        chats.opened(SESSION, BOB, FIRST, "broken", broken, ON_TWITCH, StandingAccess.of("bob", "broken"));
        chats.opened(SESSION, BOB, SECOND, "youtube", youtube, ON_YOUTUBE, StandingAccess.of("bob", "youtube"));
        time.runDue();
        onYouTube("y1", "hello");
        assertThat(texts()).containsExactly("hello");
        assertThat(page(0).chats().get(0).detail())
                .isEqualTo("The chat could not be joined because of a fault in this application; its log tells more.");
    }

    @Test
    void eventsTellWhatWasSaidButLogsDoNot() {
        open();
        onTwitch("t1", "secret plan");
        assertThat(told()).singleElement().satisfies(event -> {
            assertThat(event.user()).isEqualTo(BOB);
            assertThat(event.session()).isEqualTo(SESSION);
            assertThat(event.destination()).isEqualTo(FIRST);
            assertThat(event.text()).isEqualTo("secret plan");
            assertThat(event.code()).isEqualTo("platform_chat_posted");
            assertThat(event.sentence()).isEqualTo("Fan wrote on twitch.");
            assertThat(event.toString()).doesNotContain("secret plan");
        });
        assertThat(messages().toString()).doesNotContain("secret plan");
    }

    @Test
    void whereMuchIsSaidNotEverythingIsAnEvent() {
        open();
        IntStream.range(0, 500).forEach(i -> onTwitch("t" + i, "message " + i));
        assertThat(told()).hasSize(40);
        time.advance(Duration.ofSeconds(2));
        onTwitch("last", "last");
        assertThat(told()).hasSize(41);
        assertThat(told().get(40).untold()).isEqualTo(460);
    }

    @Test
    void aReaderIsWokenAndThereIsRoomForAHundred() {
        open();
        var woken = new AtomicInteger();
        var reader = chats.subscribe(SESSION, OWNER, woken::incrementAndGet).orElseThrow();
        var last = page(0).last();
        assertThat(reader.hasAfter(last)).isFalse();
        onTwitch("t1", "hello");
        assertThat(woken).hasValue(1);
        assertThat(reader.hasAfter(last)).isTrue();
        assertThat(reader.after(last).orElseThrow().entries()).hasSize(1);
        var others = IntStream.range(0, 99)
                .mapToObj(i -> chats.subscribe(SESSION, OWNER, () -> {}).orElseThrow())
                .toList();
        assertThat(declined(chats.subscribe(SESSION, OWNER, () -> {})).reason()).isEqualTo(Reason.FULL);
        reader.close();
        reader.close();
        assertThat(chats.subscribe(SESSION, OWNER, () -> {})).isInstanceOf(ChatAnswer.Granted.class);
        onTwitch("t2", "more");
        assertThat(woken).hasValue(1);
        assertThat(others).hasSize(99);
    }

    @Test
    void aReaderThatFailsDisturbsNobody() {
        open();
        var woken = new AtomicInteger();
        chats.subscribe(SESSION, OWNER, () -> {
            throw new IllegalStateException("a bug");
        });
        chats.subscribe(SESSION, OWNER, woken::incrementAndGet);
        onTwitch("t1", "hello");
        assertThat(woken).hasValue(1);
    }

    @Test
    void closingLeavesAllChats() {
        open();
        live.close();
        assertThat(twitch.links(ON_TWITCH)).isZero();
        assertThat(youtube.links(ON_YOUTUBE)).isZero();
        open();
        assertThat(twitch.links(ON_TWITCH)).isZero();
    }

    @Test
    void aPlatformThatHangsDelaysNoOther() throws Exception {
        var workers = Executors.newCachedThreadPool();
        var scheduler = new SystemScheduler(workers);
        var others = new CountDownLatch(1);
        try {
            var own = new PlatformChats(
                    (moderator, broadcaster) -> false,
                    new CarriesChat.Means(TimeSource.system(), scheduler, workers),
                    new Events(workers));
            own.opened(
                    SESSION,
                    BOB,
                    FIRST,
                    "slow",
                    saying(() -> others.await(60, TimeUnit.SECONDS)),
                    ON_TWITCH,
                    StandingAccess.of("bob", "slow"));
            own.opened(
                    SESSION,
                    BOB,
                    SECOND,
                    "fast",
                    saying(() -> {
                        others.countDown();
                        return true;
                    }),
                    ON_YOUTUBE,
                    StandingAccess.of("bob", "fast"));
            // The first platform answers only after the second one has.
            assertThat(own.reply(SESSION, OWNER, null, "hi").orElseThrow())
                    .extracting(PlatformReply::outcome)
                    .containsExactly(new Saying.Said(), new Saying.Said());
            own.end();
        } finally {
            others.countDown();
            scheduler.close();
            workers.shutdownNow();
        }
    }

    @Test
    void noPlatformIsWaitedForInTheThreadOfWhoReplies() {
        var workers = Executors.newCachedThreadPool();
        var scheduler = new SystemScheduler(workers);
        try {
            var own = new PlatformChats(
                    (moderator, broadcaster) -> false,
                    new CarriesChat.Means(TimeSource.system(), scheduler, workers),
                    new Events(workers));
            var speaking = new AtomicReference<Thread>();
            var provider = saying(() -> speaking.getAndSet(Thread.currentThread()));
            own.opened(SESSION, BOB, FIRST, "slow", provider, ON_TWITCH, StandingAccess.of("bob", "slow"));
            assertThat(own.reply(SESSION, OWNER, null, "hi").orElseThrow()).hasSize(1);
            // Else nobody could give up on it.
            assertThat(speaking.get()).isNotNull().isNotSameAs(Thread.currentThread());
            workers.shutdown();
            assertThat(own.reply(SESSION, OWNER, null, "hi").orElseThrow())
                    .extracting(reply ->
                            ((Saying.Refused) reply.outcome()).trouble().code())
                    .containsExactly("closing");
            own.end();
        } finally {
            scheduler.close();
            workers.shutdownNow();
        }
    }

    private static CarriesChat saying(Callable<?> deed) {
        return new CarriesChat() {
            @Override
            public Link join(BroadcastRef broadcast, AccountAccess access, Ear ear, Means means) {
                return new Link() {
                    @Override
                    public Saying say(String text) {
                        try {
                            deed.call();
                            return new Saying.Said();
                        } catch (Exception e) {
                            throw new IllegalStateException(e);
                        }
                    }

                    @Override
                    public void close() {}
                };
            }

            @Override
            public int longestText() {
                return 500;
            }
        };
    }

    @Test
    void aStormOnAllPlatformsLeavesNumbersWithoutAGap() throws Exception {
        var workers = Executors.newFixedThreadPool(6);
        var scheduler = new SystemScheduler(workers);
        try {
            var own = new PlatformChats(
                    (moderator, broadcaster) -> false,
                    new CarriesChat.Means(TimeSource.system(), scheduler, workers),
                    new Events(Runnable::run));
            var platforms = List.of(InMemoryPlatformChat.create(), InMemoryPlatformChat.create());
            var destinations = List.of(FIRST, SECOND);
            for (var i = 0; i < 2; i++) {
                own.opened(
                        SESSION,
                        BOB,
                        destinations.get(i),
                        "p" + i,
                        platforms.get(i),
                        ON_TWITCH,
                        StandingAccess.of("bob", "p" + i));
            }
            await(() -> own.after(SESSION, OWNER, 0).orElseThrow().chats().stream()
                    .allMatch(status -> status.state() == PlatformChatStatus.State.CONNECTED));
            var seen = new ArrayList<Long>();
            var start = own.after(SESSION, OWNER, 0).orElseThrow().last();
            var writers = IntStream.range(0, 4)
                    .mapToObj(writer -> (Callable<Void>) () -> {
                        for (var i = 0; i < 500; i++) {
                            var id = "w" + writer + "-" + i;
                            platforms
                                    .get(writer % 2)
                                    .say(ON_TWITCH, new Message(id, FAN, "text of " + id, "", java.time.Instant.now()));
                        }
                        return null;
                    })
                    .toList();
            var running = writers.stream().map(workers::submit).toList();
            var cursor = start;
            var skipped = 0L;
            while (cursor < start + 2_000) {
                var page = own.after(SESSION, OWNER, cursor).orElseThrow();
                skipped += page.skipped();
                page.entries().forEach(entry -> seen.add(entry.sequence()));
                assertThat(page.entries()).hasSizeLessThanOrEqualTo(400);
                cursor = page.next();
                Thread.onSpinWait();
            }
            for (var writer : running) {
                writer.get(60, TimeUnit.SECONDS);
            }
            assertThat(seen).isSorted().doesNotHaveDuplicates();
            assertThat(seen.size() + skipped).isEqualTo(2_000);
            own.end();
        } finally {
            scheduler.close();
            workers.shutdownNow();
        }
    }

    private static void await(java.util.function.BooleanSupplier condition) throws InterruptedException {
        var deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
            Thread.sleep(10);
        }
    }
}
