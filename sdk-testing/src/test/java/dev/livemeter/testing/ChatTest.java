package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.chat.ChatAccess;
import dev.livemeter.chat.ChatAnswer;
import dev.livemeter.chat.ChatAnswer.Declined;
import dev.livemeter.chat.ChatAnswer.Reason;
import dev.livemeter.chat.ChatChannel;
import dev.livemeter.chat.ChatEntry;
import dev.livemeter.chat.ChatLeave;
import dev.livemeter.chat.ChatPage;
import dev.livemeter.chat.ChatPerson;
import dev.livemeter.chat.ChatPolicy;
import dev.livemeter.chat.ChatPolicy.Guests;
import dev.livemeter.chat.ChatSubscription;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.BanScope;
import dev.livemeter.moderation.Moderator;
import dev.livemeter.money.Tariff;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Chat in memory, on one node and on two. */
class ChatTest {

    private static final UserId BOB = UserId.of("bob");
    private static final ChatChannel STREAM = ChatChannel.ofStream(BOB);
    private static final ChatPerson HOST = ChatPerson.user(BOB);
    private static final ChatPerson ALICE = ChatPerson.user(UserId.of("alice"));
    private static final ChatPerson CAROL = ChatPerson.user(UserId.of("carol"));
    private static final ChatPerson ROOT = ChatPerson.administrator(UserId.of("root"));

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.shared(time);
    private final List<LiveEvent> events = new ArrayList<>();
    private final List<Livemeter> nodes = new ArrayList<>();
    private final Livemeter live = node(builder -> builder);

    private Livemeter node(UnaryOperator<Livemeter.Builder> more) {
        var node = more.apply(Livemeter.builder()
                        .wallet(books)
                        .tariff(Tariff.perMinute("USD", "0.10"))
                        .chat(ChatPolicy.builder().guests(Guests.WRITE).build())
                        .time(time)
                        .scheduler(time)
                        .executor(Runnable::run)
                        .moderators(
                                (moderator, broadcaster) -> moderator.value().equals("carol"))
                        .listener(events::add))
                .build();
        nodes.add(node);
        return node;
    }

    @AfterEach
    void close() {
        nodes.forEach(Livemeter::close);
    }

    private ChatAnswer<dev.livemeter.chat.Chat.Posting> say(ChatPerson person, String id, String text) {
        return live.chat().post(STREAM, person, id, text);
    }

    /** Says something, at a pace that nobody minds. */
    private long said(ChatPerson person, String id) {
        time.advance(Duration.ofSeconds(1));
        return say(person, id, "text of " + id).orElseThrow().message().sequence();
    }

    private ChatPage after(long sequence) {
        return live.chat().after(STREAM, ALICE, sequence).orElseThrow();
    }

    private static List<Long> numbers(ChatPage page) {
        return page.entries().stream().map(ChatEntry::sequence).toList();
    }

    private static List<Long> from(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    private static Declined<?> declined(ChatAnswer<?> answer) {
        assertThat(answer).isInstanceOf(Declined.class);
        return (Declined<?>) answer;
    }

    private GuestOf guest(String name) {
        var pass = live.chat().guests().issue(name).orElseThrow();
        return new GuestOf(
                live.chat().guests().read(pass.token().reveal()).orElseThrow(),
                pass.token().reveal());
    }

    private record GuestOf(ChatPerson person, String token) {}

    @Test
    void whatIsSaidIsNumberedAndToldAsItIs() {
        var text = "<b>hello</b> &amp; 'you'";
        var first = say(ALICE, "m1", text).orElseThrow();
        assertThat(first.isRepeat()).isFalse();
        assertThat(first.message().text()).isEqualTo(text);
        assertThat(first.message().author().name()).isEqualTo("alice");
        assertThat(said(HOST, "m1")).isEqualTo(2);
        assertThat(after(0).entries().get(0)).isEqualTo(first.message());
        assertThat(events)
                .filteredOn(LiveEvent.ChatMessagePosted.class::isInstance)
                .extracting(LiveEvent::sentence)
                .containsExactly("alice wrote in stream/bob.", "bob wrote in stream/bob.");
        assertThat(events.toString()).doesNotContain("hello");
    }

    @Test
    void aRetryIsShownOnceAndTellsNoEvent() {
        var first = say(ALICE, "m1", "once").orElseThrow();
        var retry = say(ALICE, "m1", "once").orElseThrow();
        assertThat(retry.isRepeat()).isTrue();
        assertThat(retry.message()).isEqualTo(first.message());
        assertThat(numbers(after(0))).containsExactly(1L);
        assertThat(events)
                .filteredOn(LiveEvent.ChatMessagePosted.class::isInstance)
                .hasSize(1);
    }

    @Test
    void theLastHundredAreKeptAndWhoCameTooLateIsTold() {
        IntStream.rangeClosed(1, 130).forEach(i -> said(ALICE, "m" + i));
        assertThat(numbers(after(0))).isEqualTo(from(31, 130));
        assertThat(after(30).isMissed(30)).isFalse();
        assertThat(after(29).isMissed(29)).isTrue();
        assertThat(numbers(after(29))).isEqualTo(from(31, 130));
        assertThat(after(500).isMissed(500)).isTrue();
        assertThat(after(500).next()).isEqualTo(130);
    }

    @Test
    void hostModeratorsAndAdministratorsDeleteAndNobodyElse() {
        said(ALICE, "m1");
        said(ALICE, "m2");
        said(ALICE, "m3");
        var refused = declined(live.chat().delete(STREAM, ALICE, 1));
        assertThat(refused.reason()).isEqualTo(Reason.NOT_ALLOWED);
        assertThat(refused.message()).isEqualTo("Only the host and moderators of this chat may delete messages.");
        assertThat(live.chat().delete(STREAM, HOST, 1).orElseThrow().sequence()).isEqualTo(4);
        assertThat(live.chat().delete(STREAM, CAROL, 2).orElseThrow().sequence())
                .isEqualTo(5);
        assertThat(live.chat().delete(STREAM, ROOT, 3).orElseThrow().sequence()).isEqualTo(6);
        var again = declined(live.chat().delete(STREAM, ROOT, 3));
        assertThat(again.reason()).isEqualTo(Reason.UNKNOWN);
        assertThat(again.message()).isEqualTo("There is no message 3 in this chat, or it is deleted already.");
        assertThat(after(0).entries())
                .extracting(entry -> entry instanceof ChatEntry.Message message
                        ? message.sequence() + (message.isDeleted() ? " empty" : " full")
                        : entry.sequence() + " deletes " + ((ChatEntry.Deletion) entry).message())
                .containsExactly("1 empty", "2 empty", "3 empty", "4 deletes 1", "5 deletes 2", "6 deletes 3");
    }

    @Test
    void whoSaysTooMuchWaitsAndOthersGoOn() {
        IntStream.range(0, 5).forEach(i -> say(ALICE, "m" + i, "spam").orElseThrow());
        var refused = declined(say(ALICE, "m5", "spam"));
        assertThat(refused.reason()).isEqualTo(Reason.TOO_FAST);
        assertThat(refused.message())
                .isEqualTo("Too much is being said here just now; wait a moment and send it again.");
        assertThat(refused.retryAfter()).isEqualTo(Duration.ofSeconds(1));
        say(CAROL, "m1", "hello").orElseThrow();
        time.advance(Duration.ofMillis(999));
        assertThat(declined(say(ALICE, "m5", "spam")).retryAfter()).isEqualTo(Duration.ofMillis(1));
        time.advance(Duration.ofMillis(1));
        say(ALICE, "m5", "spam").orElseThrow();
    }

    @Test
    void aFloodByManyIsHeldToWhatTheChannelTakes() {
        var taken = IntStream.range(0, 100)
                .filter(i -> say(ChatPerson.user(UserId.of("user" + i)), "m1", "raid") instanceof ChatAnswer.Granted)
                .count();
        assertThat(taken).isEqualTo(40);
        assertThat(numbers(after(0))).isEqualTo(from(1, 40));
    }

    @Test
    void hostileTextIsRefusedWithASentence() {
        var refused = declined(say(ALICE, "m1", "abc\u202egnp.exe"));
        assertThat(refused.reason()).isEqualTo(Reason.UNFIT);
        assertThat(refused.message())
                .isEqualTo(
                        "The message has the character U+202E, or too many of its kind in a row, which does not belong into a message; leave it out.");
        assertThat(declined(say(ALICE, "m 1", "hello")).message())
                .isEqualTo(
                        "The id of a message has 3 characters that do not fit; expected 1 to 64 of A-Z a-z 0-9 . _ -.");
        assertThat(declined(say(ALICE, "m1", "x".repeat(501))).message())
                .isEqualTo("The message has 501 characters; at most 500 can be said at once.");
        assertThat(after(0).last()).isZero();
    }

    @Test
    void aGuestCannotSpeakAsSomebodyElse() {
        said(ALICE, "m1");
        for (var name : List.of("Alice", "A1ice", "alice.", "bob", "B0B")) {
            var refused = declined(say(guest(name).person(), "m1", "it is me"));
            assertThat(refused.reason()).as(name).isEqualTo(Reason.NAME_TAKEN);
            assertThat(refused.message())
                    .isEqualTo("The name " + name + " is another person's here; choose another one.");
        }
        var zoe = guest("Zoë");
        assertThat(say(zoe.person(), "m1", "hello")
                        .orElseThrow()
                        .message()
                        .author()
                        .person()
                        .kind())
                .isEqualTo(PersonId.Kind.GUEST);
        assertThat(declined(say(guest("zoe").person(), "m1", "hello")).reason()).isEqualTo(Reason.NAME_TAKEN);
        say(zoe.person(), "m2", "still me").orElseThrow();
    }

    @Test
    void passesOfGuestsEndAndCannotBeForged() {
        var zoe = guest("Zoë");
        assertThat(zoe.token()).matches("[A-Za-z0-9._-]+");
        assertThat(live.chat().guests().read(zoe.token() + "A")).isEmpty();
        assertThat(live.chat().guests().read(zoe.token().substring(0, 40))).isEmpty();
        assertThat(live.chat().guests().read("")).isEmpty();
        assertThat(live.chat().guests().read("\u00e4".repeat(2_000))).isEmpty();
        time.advance(Duration.ofHours(12).minusSeconds(1));
        assertThat(live.chat().guests().read(zoe.token())).contains(zoe.person());
        time.advance(Duration.ofSeconds(1));
        assertThat(live.chat().guests().read(zoe.token())).isEmpty();
        assertThat(declined(live.chat().guests().issue("moderator")).message())
                .isEqualTo("The name is reserved; choose another one.");
    }

    @Test
    void guestsAreWhatThePolicySays() {
        var zoe = guest("Zoë");
        var reading = node(
                builder -> builder.chat(ChatPolicy.builder().guests(Guests.READ).build()));
        assertThat(reading.chat().after(STREAM, zoe.person(), 0)).isInstanceOf(ChatAnswer.Granted.class);
        assertThat(declined(reading.chat().post(STREAM, zoe.person(), "m1", "hello"))
                        .message())
                .isEqualTo("Guests can only read here; sign in to write.");
        var without = node(builder -> builder.chat(ChatPolicy.defaults()));
        assertThat(declined(without.chat().after(STREAM, zoe.person(), 0)).message())
                .isEqualTo("Guests are not let in here; sign in.");
        assertThat(without.chat().guests().read(zoe.token())).isEmpty();
        assertThat(declined(without.chat().guests().issue("Zoë")).reason()).isEqualTo(Reason.OFF);
    }

    @Test
    void channelsThatNobodyAnswersForAreClosed() {
        var room = new ChatChannel("room/7x2h");
        assertThat(declined(live.chat().after(room, ALICE, 0)).message())
                .isEqualTo("There is no chat under this name, or not for you.");
        var open = node(builder -> builder.chatAccess(
                new ChatAccess() {
                    @Override
                    public Optional<UserId> hostOf(ChatChannel channel) {
                        return Optional.of(BOB);
                    }

                    @Override
                    public ChatLeave leave(ChatChannel channel, ChatPerson person) {
                        return person.equals(ALICE) ? ChatLeave.write() : ChatLeave.read("Only members may write.");
                    }
                }.forKind("room", ChatAccess.streams((moderator, broadcaster) -> false))));
        open.chat().post(room, ALICE, "m1", "hello").orElseThrow();
        open.chat().post(room, HOST, "m1", "hello").orElseThrow();
        assertThat(declined(open.chat().post(room, CAROL, "m1", "hello")).message())
                .isEqualTo("Only members may write.");
        assertThat(open.chat().after(room, CAROL, 0).orElseThrow().entries()).hasSize(2);
        open.chat().post(STREAM, CAROL, "m1", "hello").orElseThrow();
    }

    @Test
    void aReaderWhoStaysIsWokenAndLosesNothing() {
        var woken = new AtomicInteger();
        try (var reader =
                live.chat().subscribe(STREAM, ALICE, woken::incrementAndGet).orElseThrow()) {
            assertThat(reader.after(0).orElseThrow().entries()).isEmpty();
            said(CAROL, "m1");
            assertThat(woken).hasValue(1);
            said(CAROL, "m2");
            live.chat().delete(STREAM, HOST, 1).orElseThrow();
            assertThat(reader.after(0).orElseThrow().entries().get(0))
                    .isInstanceOfSatisfying(
                            ChatEntry.Message.class,
                            message -> assertThat(message.isDeleted()).isTrue());
            assertThat(numbers(reader.after(1).orElseThrow())).containsExactly(2L, 3L);
            assertThat(live.chat().readers()).isEqualTo(1);
        }
        said(CAROL, "m3");
        assertThat(woken).hasValue(3);
        assertThat(live.chat().readers()).isZero();
    }

    @Test
    void aReaderWhoFailsKeepsNobodyFromBeingWoken() {
        var woken = new AtomicInteger();
        live.chat().subscribe(STREAM, ALICE, () -> {
            throw new IllegalStateException("gone");
        });
        live.chat().subscribe(STREAM, ALICE, woken::incrementAndGet);
        said(CAROL, "m1");
        assertThat(woken).hasValue(1);
    }

    @Test
    void thereIsAnEndToReaders() {
        var small =
                node(builder -> builder.chat(ChatPolicy.builder().mostReaders(2).build()));
        var first = small.chat().subscribe(STREAM, ALICE, () -> {}).orElseThrow();
        small.chat().subscribe(STREAM, ALICE, () -> {}).orElseThrow();
        var refused = declined(small.chat().subscribe(STREAM, ALICE, () -> {}));
        assertThat(refused.reason()).isEqualTo(Reason.FULL);
        assertThat(refused.message()).isEqualTo("Too many are reading here just now; try again in a moment.");
        first.close();
        first.close();
        small.chat().subscribe(STREAM, ALICE, () -> {}).orElseThrow();
    }

    @Test
    void whatOneNodeTakesTheOtherTellsInTheSameOrder() {
        var other = node(builder -> builder);
        var woken = new AtomicInteger();
        var reader =
                other.chat().subscribe(STREAM, ALICE, woken::incrementAndGet).orElseThrow();
        var random = new Random(7);
        for (var i = 0; i < 60; i++) {
            time.advance(Duration.ofMillis(600));
            (random.nextBoolean() ? live : other)
                    .chat()
                    .post(STREAM, random.nextBoolean() ? ALICE : CAROL, "m" + i, "text " + i)
                    .orElseThrow();
            if (i % 10 == 9) {
                live.chat().delete(STREAM, HOST, after(0).last() - 3);
            }
        }
        time.advance(Duration.ofSeconds(1));
        assertThat(woken.get()).isGreaterThan(20);
        assertThat(reader.after(0).orElseThrow().entries())
                .isEqualTo(after(0).entries())
                .hasSizeGreaterThan(60);
        assertThat(numbers(reader.after(0).orElseThrow())).isEqualTo(from(1, after(0).last()));
    }

    @Test
    void whoIsBannedOrKickedIsCutOnEveryNodeAndOthersStay() {
        var other = node(builder -> builder);
        var cut = other.chat().subscribe(STREAM, ALICE, () -> {}).orElseThrow();
        var elsewhere = other.chat()
                .subscribe(ChatChannel.ofStream(UserId.of("dave")), ALICE, () -> {})
                .orElseThrow();
        var stays = other.chat().subscribe(STREAM, CAROL, () -> {}).orElseThrow();
        var kicked = live.chat()
                .subscribe(STREAM, ChatPerson.user(UserId.of("eve")), () -> {})
                .orElseThrow();

        live.moderation()
                .ban(Moderator.ordinary(BOB), ALICE.id(), BanScope.of(BOB), "insults", Duration.ofMinutes(10))
                .orElseThrow();
        live.moderation()
                .kick(Moderator.ordinary(BOB), kicked.person().id(), BanScope.of(BOB), "")
                .orElseThrow();
        assertThat(declined(say(ALICE, "m1", "hello")).message())
                .isEqualTo("You are banned by bob until 2026-01-01T12:10:00Z. Reason: insults");
        assertThat(declined(kicked.after(0)).message()).isEqualTo("You were sent away by bob.");
        live.chat().subscribe(STREAM, kicked.person(), () -> {}).orElseThrow();
        assertThat(reads(cut)).isTrue();

        time.advance(Duration.ofSeconds(1));
        assertThat(declined(cut.after(0)).reason()).isEqualTo(Reason.BANNED);
        assertThat(declined(other.chat().after(STREAM, ALICE, 0)).reason()).isEqualTo(Reason.BANNED);
        assertThat(reads(elsewhere)).isTrue();
        assertThat(reads(stays)).isTrue();

        time.advance(Duration.ofMinutes(10));
        say(ALICE, "m2", "back again").orElseThrow();
        assertThat(declined(cut.after(0)).reason()).isEqualTo(Reason.BANNED);
    }

    private static boolean reads(ChatSubscription reader) {
        return reader.after(0) instanceof ChatAnswer.Granted;
    }

    @Test
    void whoIsLetInNoMoreIsCutWithinSeconds() {
        var members = new ArrayList<ChatPerson>(List.of(ALICE));
        var club = node(builder -> builder.chatAccess(new ChatAccess() {
            @Override
            public Optional<UserId> hostOf(ChatChannel channel) {
                return Optional.empty();
            }

            @Override
            public ChatLeave leave(ChatChannel channel, ChatPerson person) {
                return members.contains(person) ? ChatLeave.write() : ChatLeave.nothing("Only members see this.");
            }
        }));
        var reader = club.chat().subscribe(STREAM, ALICE, () -> {}).orElseThrow();
        members.clear();
        time.advance(Duration.ofSeconds(11));
        assertThat(declined(reader.after(0)).message()).isEqualTo("Only members see this.");
    }

    @Test
    void whatIsOldIsForgotten() {
        said(ALICE, "m1");
        time.advance(Duration.ofDays(29));
        said(ALICE, "m2");
        time.advance(Duration.ofDays(2));
        assertThat(numbers(after(0))).containsExactly(2L);
        assertThat(said(ALICE, "m1")).isEqualTo(3);
    }
}
