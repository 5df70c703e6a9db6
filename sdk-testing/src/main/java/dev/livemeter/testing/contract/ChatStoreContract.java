package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.chat.ChatAuthor;
import dev.livemeter.chat.ChatChannel;
import dev.livemeter.chat.ChatDraft;
import dev.livemeter.chat.ChatEntry;
import dev.livemeter.chat.ChatPage;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.spi.ChatStore;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link ChatStore} keeps: the rules of {@code docs/contracts/chat-store.md}. Extend it, supply a store, inherit the tests. */
@Timeout(180)
public abstract class ChatStoreContract {

    private static final int MANY = 1_000;
    private static final int WRITERS = 8;
    private static final int EACH = 25;
    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final UserId HOST = UserId.of("host");
    private static final ChatAuthor ALICE = new ChatAuthor(PersonId.of(UserId.of("alice")), "Alice");
    private static final ChatAuthor OTHER_ALICE = new ChatAuthor(PersonId.of(UserId.of("Alice")), "ALICE");
    private static final ChatAuthor GUEST = new ChatAuthor(PersonId.guest("alice"), "Zo\u00eb");
    private static final ChatChannel ROOM = new ChatChannel("room/7x2h");
    private static final ChatChannel OTHER_ROOM = new ChatChannel("room/7X2H");

    private ChatStore store;

    /** For subclasses. */
    protected ChatStoreContract() {}

    /** An empty store. Called before each test. */
    protected abstract ChatStore create();

    /** Another way into the same store, as another node has it; the same where there is none. Called after {@link #create}. */
    protected ChatStore another() {
        return store;
    }

    @BeforeEach
    void start() {
        store = create();
    }

    private static ChatDraft draft(ChatChannel channel, ChatAuthor author, String id, int second) {
        return new ChatDraft(channel, id, author, "text of " + id, NOON.plusSeconds(second));
    }

    private ChatEntry.Message said(String id) {
        return store.post(draft(ROOM, ALICE, id, 0), MANY).message();
    }

    private static List<Long> numbers(ChatPage page) {
        return page.entries().stream().map(ChatEntry::sequence).toList();
    }

    private static List<Long> from(long first, long last) {
        return LongStream.rangeClosed(first, last).boxed().toList();
    }

    @Test
    @Rule("CHT-01")
    void messagesComeBackWholeAndAreNumberedInTheirChannel() {
        var text = "<b>'quoted'</b> \\ \n\u4e2d\u6587 \ud83d\ude00 \u0000".replace("\u0000", "\u200d");
        var whole = new ChatDraft(ROOM, "a.B_c-9", GUEST, text, NOON.plusMillis(1_234));
        var first = store.post(whole, MANY);
        var elsewhere = store.post(draft(OTHER_ROOM, ALICE, "m1", 3), MANY);
        var second = store.post(draft(ROOM, ALICE, "m1", 5), MANY);

        assertThat(first.isRepeat()).isFalse();
        assertThat(first.message()).isEqualTo(new ChatEntry.Message(1, "a.B_c-9", GUEST, text, NOON.plusMillis(1_234)));
        assertThat(elsewhere.message().sequence()).isEqualTo(1);
        assertThat(second.message().sequence()).isEqualTo(2);
        assertThat(store.after(ROOM, 0)).isEqualTo(new ChatPage(List.of(first.message(), second.message()), 1, 2));
        assertThat(store.after(OTHER_ROOM, 0)).isEqualTo(new ChatPage(List.of(elsewhere.message()), 1, 1));
    }

    @Test
    @Rule("CHT-02")
    void aRepeatAddsNothing() {
        var first = said("m1");
        var repeat = store.post(new ChatDraft(ROOM, "m1", ALICE, "another text", NOON.plusSeconds(9)), MANY);
        assertThat(repeat.isRepeat()).isTrue();
        assertThat(repeat.message()).isEqualTo(first);
        assertThat(store.after(ROOM, 0).last()).isEqualTo(1);

        assertThat(store.post(draft(ROOM, OTHER_ALICE, "m1", 0), MANY).isRepeat())
                .isFalse();
        assertThat(store.post(draft(ROOM, GUEST, "m1", 0), MANY).isRepeat()).isFalse();
        assertThat(store.post(draft(ROOM, ALICE, "M1", 0), MANY).isRepeat()).isFalse();
        assertThat(store.post(draft(OTHER_ROOM, ALICE, "m1", 0), MANY).isRepeat())
                .isFalse();
        assertThat(numbers(store.after(ROOM, 0))).isEqualTo(from(1, 4));
    }

    @Test
    @Rule("CHT-03")
    void aRepeatIsKnownAfterTheMessageIsGone() {
        said("m1");
        for (var i = 2; i <= 5; i++) {
            store.post(draft(ROOM, ALICE, "m" + i, i), 2);
        }
        var repeat = store.post(draft(ROOM, ALICE, "m1", 0), 2);
        assertThat(repeat.isRepeat()).isTrue();
        assertThat(repeat.message().sequence()).isEqualTo(1);
        assertThat(store.after(ROOM, 0).last()).isEqualTo(5);
    }

    @Test
    @Rule("CHT-04")
    void whatComesAfterANumberIsGivenInOrder() {
        assertThat(store.after(ROOM, 0)).isEqualTo(new ChatPage(List.of(), 1, 0));
        assertThat(store.after(ROOM, 7)).isEqualTo(new ChatPage(List.of(), 1, 0));
        for (var i = 1; i <= 12; i++) {
            said("m" + i);
        }
        assertThat(numbers(store.after(ROOM, 0))).isEqualTo(from(1, 12));
        assertThat(numbers(store.after(ROOM, 9))).containsExactly(10L, 11L, 12L);
        assertThat(store.after(ROOM, 12)).isEqualTo(new ChatPage(List.of(), 1, 12));
        assertThat(store.after(ROOM, 99)).isEqualTo(new ChatPage(List.of(), 1, 12));
    }

    @Test
    @Rule("CHT-05")
    void theLastMessagesAreKeptWithWhatWasDeletedAmongThem() {
        for (var i = 1; i <= 4; i++) {
            store.post(draft(ROOM, ALICE, "m" + i, i), 3);
        }
        assertThat(numbers(store.after(ROOM, 0))).containsExactly(2L, 3L, 4L);
        assertThat(store.after(ROOM, 0).first()).isEqualTo(2);

        store.delete(ROOM, 3, HOST, NOON);
        store.delete(ROOM, 4, HOST, NOON);
        assertThat(numbers(store.after(ROOM, 0))).isEqualTo(from(2, 6));
        store.post(draft(ROOM, ALICE, "m5", 5), 3);
        assertThat(numbers(store.after(ROOM, 0))).isEqualTo(from(3, 7));
        store.post(draft(ROOM, ALICE, "m6", 6), 3);
        store.post(draft(ROOM, ALICE, "m7", 7), 3);
        assertThat(numbers(store.after(ROOM, 0))).isEqualTo(from(7, 9));
    }

    @Test
    @Rule("CHT-06")
    void aDeletedMessageIsEmptyAndAnEntrySaysSo() {
        var first = said("m1");
        var second = said("m2");
        var deletion = store.delete(ROOM, 1, HOST, NOON.plusMillis(7)).orElseThrow();
        assertThat(deletion).isEqualTo(new ChatEntry.Deletion(3, 1, HOST, NOON.plusMillis(7)));
        assertThat(first.deleted().isDeleted()).isTrue();
        assertThat(store.after(ROOM, 0).entries()).containsExactly(first.deleted(), second, deletion);
        assertThat(store.post(draft(ROOM, ALICE, "m1", 0), MANY).message()).isEqualTo(first.deleted());
    }

    @Test
    @Rule("CHT-07")
    void whatIsNoMessageOrIsGoneCannotBeDeleted() {
        said("m1");
        store.delete(ROOM, 1, HOST, NOON);
        assertThat(store.delete(ROOM, 1, HOST, NOON)).isEmpty();
        assertThat(store.delete(ROOM, 2, HOST, NOON)).isEmpty();
        assertThat(store.delete(ROOM, 3, HOST, NOON)).isEmpty();
        assertThat(store.delete(OTHER_ROOM, 1, HOST, NOON)).isEmpty();
        store.post(draft(ROOM, ALICE, "m2", 0), 1);
        assertThat(store.delete(ROOM, 1, HOST, NOON)).isEmpty();
        assertThat(store.after(ROOM, 0).last()).isEqualTo(3);
    }

    @Test
    @Rule("CHT-08")
    void ofManyThatDeleteAMessageOneDoes() {
        said("m1");
        var another = another();
        assertThat(Race.of(
                        WRITERS,
                        racer -> (racer % 2 == 0 ? store : another)
                                .delete(ROOM, 1, HOST, NOON)
                                .isPresent()))
                .containsOnlyOnce(true);
        assertThat(numbers(store.after(ROOM, 0))).containsExactly(1L, 2L);
    }

    @Test
    @Rule("CHT-09")
    void manyWhoWriteAtOnceLeaveNoGapForAnybodyWhoReadsAlong() {
        var another = another();
        var seen = Race.of(
                WRITERS + 1,
                racer -> racer == WRITERS ? readAlong() : writeAll(racer % 2 == 0 ? store : another, racer));
        var all = from(1, WRITERS * EACH);
        assertThat(seen.get(WRITERS)).isEqualTo(all);
        assertThat(seen.subList(0, WRITERS).stream().flatMap(List::stream)).containsExactlyInAnyOrderElementsOf(all);
        assertThat(numbers(another.after(ROOM, 0))).isEqualTo(all);
    }

    private static List<Long> writeAll(ChatStore into, int writer) {
        var given = new ArrayList<Long>();
        for (var i = 0; i < EACH; i++) {
            given.add(into.post(draft(ROOM, ALICE, "m" + writer + "-" + i, i), MANY)
                    .message()
                    .sequence());
        }
        return given;
    }

    private List<Long> readAlong() {
        var seen = new ArrayList<Long>();
        while (seen.size() < WRITERS * EACH) {
            seen.addAll(numbers(store.after(ROOM, seen.isEmpty() ? 0 : seen.get(seen.size() - 1))));
        }
        return seen;
    }

    @Test
    @Rule("CHT-10")
    void ofManyThatRepeatAMessageOneIsTheFirst() {
        var another = another();
        assertThat(Race.of(
                        WRITERS,
                        racer -> (racer % 2 == 0 ? store : another)
                                .post(draft(ROOM, ALICE, "m1", racer), MANY)
                                .isRepeat()))
                .containsOnlyOnce(false);
        assertThat(numbers(store.after(ROOM, 0))).containsExactly(1L);
    }

    @Test
    @Rule("CHT-11")
    void theLastNumbersOfManyChannelsAreToldAtOnce() {
        said("m1");
        said("m2");
        store.delete(ROOM, 1, HOST, NOON);
        store.post(draft(OTHER_ROOM, ALICE, "m1", 0), MANY);
        var silent = new ChatChannel("room/silent");
        assertThat(store.lastOf(Set.of(ROOM, OTHER_ROOM, silent)))
                .containsOnlyKeys(ROOM, OTHER_ROOM)
                .containsEntry(ROOM, 3L)
                .containsEntry(OTHER_ROOM, 1L);
        assertThat(store.lastOf(Set.of())).isEmpty();
    }

    @Test
    @Rule("CHT-12")
    void whatIsTooOldIsForgottenAndNumbersGoOn() {
        for (var i = 1; i <= 3; i++) {
            store.post(draft(ROOM, ALICE, "m" + i, i), MANY);
        }
        store.post(draft(OTHER_ROOM, ALICE, "m1", 9), MANY);
        assertThat(store.forget(NOON, NOON, 10)).isZero();

        assertThat(store.forget(NOON.plusSeconds(3), NOON, 10)).isEqualTo(1);
        assertThat(numbers(store.after(ROOM, 0))).containsExactly(3L);
        assertThat(store.after(ROOM, 0).first()).isEqualTo(3);
        assertThat(store.post(draft(ROOM, ALICE, "m1", 0), MANY).isRepeat()).isTrue();

        assertThat(store.forget(NOON.plusSeconds(60), NOON.plusSeconds(60), 1)).isEqualTo(1);
        assertThat(store.forget(NOON.plusSeconds(60), NOON.plusSeconds(60), 10)).isEqualTo(1);
        assertThat(store.forget(NOON.plusSeconds(60), NOON.plusSeconds(60), 10)).isZero();
        assertThat(store.after(ROOM, 0)).isEqualTo(new ChatPage(List.of(), 4, 3));
        var again = store.post(draft(ROOM, ALICE, "m1", 61), MANY);
        assertThat(again.isRepeat()).isFalse();
        assertThat(again.message().sequence()).isEqualTo(4);
        assertThat(Optional.of(store.after(ROOM, 3).entries())).contains(List.of(again.message()));
    }
}
