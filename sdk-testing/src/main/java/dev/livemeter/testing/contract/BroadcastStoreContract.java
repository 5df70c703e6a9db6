package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.account.AccountId;
import dev.livemeter.broadcast.BroadcastId;
import dev.livemeter.broadcast.BroadcastRecord;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastState;
import dev.livemeter.broadcast.BroadcastTerms;
import dev.livemeter.broadcast.StreamDetails;
import dev.livemeter.broadcast.StreamDetails.Privacy;
import dev.livemeter.broadcast.StreamStory;
import dev.livemeter.broadcast.Viewers;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.BroadcastStore;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link BroadcastStore} keeps: the rules of {@code docs/contracts/broadcast-store.md}. Extend it, supply a store, inherit the tests. */
@Timeout(180)
public abstract class BroadcastStoreContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final UserId ALICE = UserId.of("alice");
    private static final SessionId FIRST = new SessionId("session-1");
    private static final SessionId SECOND = new SessionId("session-2");
    private static final StreamDetails TALK = new StreamDetails(
            "An evening, 'live' \u4e2d\u6587 \ud83c\udfb5",
            "First line\nsecond line " + "x".repeat(4_900),
            "Music",
            Privacy.UNLISTED);

    private BroadcastStore store;

    /** For subclasses. */
    protected BroadcastStoreContract() {}

    /** An empty store. Called before each test. */
    protected abstract BroadcastStore create();

    @BeforeEach
    void start() {
        store = create();
    }

    private static BroadcastTerms terms(SessionId session, String destination, int second) {
        return new BroadcastTerms(
                session,
                new DestinationId(destination),
                ALICE,
                "youtube",
                "My channel, 'the' \u4e2d\u6587",
                new AccountId("acc-1"),
                NOON.plusSeconds(second));
    }

    private static BroadcastRecord row(
            String id, BroadcastTerms terms, BroadcastState state, @Nullable Instant dueAt, long version) {
        return new BroadcastRecord(
                new BroadcastId(id), terms, state, "", null, null, null, null, null, null, 0, dueAt, version);
    }

    private static BroadcastRecord opening(String id, SessionId session, int second) {
        return row(id, terms(session, "d1", second), BroadcastState.OPENING, NOON.plusSeconds(second), 1);
    }

    private static BroadcastRecord whole(BroadcastRecord before) {
        return new BroadcastRecord(
                before.id(),
                before.terms(),
                BroadcastState.ENDED,
                "The platform 'says' so. \u4e2d\u6587",
                new BroadcastRef(
                        "x".repeat(128), "stream=" + "y".repeat(505), URI.create("https://video.example/w?v=1")),
                "v1.c2VhbGVk",
                NOON.plusMillis(1_234),
                NOON.plusMillis(3_601_234),
                new Viewers(9_000_000_000L, Duration.ofDays(40_000).plusMillis(7), Duration.ofMillis(3_600_001)),
                URI.create("https://video.example/1?t=0&x=%20"),
                7,
                NOON.plus(Duration.ofDays(1)).plusMillis(5),
                before.version() + 1);
    }

    @Test
    @Rule("BRS-01")
    void aBroadcastComesBackWhole() {
        var bare = opening("brd-00001", FIRST, 0);
        store.insert(bare);
        assertThat(store.find(bare.id())).contains(bare);
        var whole = whole(bare);
        assertThat(store.update(whole)).isTrue();
        assertThat(store.find(bare.id())).contains(whole);
        var nothingDue = row("brd-00001", bare.terms(), BroadcastState.FAILED, null, 3);
        assertThat(store.update(nothingDue)).isTrue();
        assertThat(store.find(bare.id())).contains(nothingDue);
        assertThat(store.find(new BroadcastId("brd-unknown"))).isEmpty();
    }

    @Test
    @Rule("BRS-02")
    void anIdIsTakenOnce() {
        var first = opening("brd-00001", FIRST, 0);
        store.insert(first);
        assertThatThrownBy(() -> store.insert(opening("brd-00001", SECOND, 1)))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("There is a broadcast brd-00001 already; give each an id of its own.")
                .extracting(thrown -> ((LivemeterException) thrown).code())
                .isEqualTo("store.duplicate");
        assertThat(store.find(first.id())).contains(first);
    }

    @Test
    @Rule("BRS-03")
    void onlyWhoKnowsThePresentVersionChangesIt() {
        var first = opening("brd-00001", FIRST, 0);
        store.insert(first);
        var second = row("brd-00001", first.terms(), BroadcastState.READY, NOON, 2);
        assertThat(store.update(row("brd-00001", first.terms(), BroadcastState.READY, NOON, 3)))
                .isFalse();
        assertThat(store.update(first)).isFalse();
        assertThat(store.update(second)).isTrue();
        assertThat(store.update(second)).isFalse();
        assertThat(store.find(first.id())).contains(second);
        assertThat(store.update(row("brd-00002", first.terms(), BroadcastState.READY, NOON, 2)))
                .isFalse();
        assertThat(store.find(new BroadcastId("brd-00002"))).isEmpty();
    }

    @Test
    @Rule("BRS-04")
    void ofManyThatChangeAVersionOneDoes() {
        store.insert(opening("brd-00001", FIRST, 0));
        var next = row("brd-00001", terms(FIRST, "d1", 0), BroadcastState.ENDING, NOON, 2);
        assertThat(Race.of(8, racer -> store.update(next))).containsOnlyOnce(true);
    }

    @Test
    @Rule("BRS-05")
    void whatWasSettledWhenItOpenedStays() {
        var first = opening("brd-00001", FIRST, 0);
        store.insert(first);
        assertThat(store.update(row("brd-00001", terms(SECOND, "d9", 9), BroadcastState.READY, NOON, 2)))
                .isTrue();
        assertThat(store.find(first.id())).contains(row("brd-00001", first.terms(), BroadcastState.READY, NOON, 2));
    }

    @Test
    @Rule("BRS-06")
    void thoseOfASessionAreListedOldestFirst() {
        var late = opening("brd-00001", FIRST, 5);
        var early = opening("brd-00002", FIRST, 1);
        var twin = opening("brd-00003", FIRST, 1);
        var other = opening("brd-00004", SECOND, 0);
        List.of(late, twin, early, other).forEach(store::insert);
        assertThat(store.of(List.of(FIRST, SECOND, new SessionId("session-unknown"))))
                .isEqualTo(Map.of(FIRST, List.of(early, twin, late), SECOND, List.of(other)));
        assertThat(store.of(List.of())).isEmpty();
    }

    @Test
    @Rule("BRS-07")
    void whatIsDueIsFoundTheLongestDueFirst() {
        var later = row("brd-00001", terms(FIRST, "d1", 0), BroadcastState.LIVE, NOON.plusSeconds(2), 1);
        var first = row("brd-00002", terms(FIRST, "d2", 0), BroadcastState.ENDING, NOON, 1);
        var exactly = row("brd-00003", terms(FIRST, "d3", 0), BroadcastState.ENDED, NOON.plusSeconds(1), 1);
        var never = row("brd-00004", terms(FIRST, "d4", 0), BroadcastState.ENDED, null, 1);
        List.of(later, first, exactly, never).forEach(store::insert);
        assertThat(store.due(NOON.plusSeconds(1), 500)).containsExactly(first, exactly);
        assertThat(store.due(NOON.plusSeconds(9), 2)).containsExactly(first, exactly);
        assertThat(store.due(NOON.minusSeconds(1), 500)).isEmpty();
        store.update(row("brd-00002", first.terms(), BroadcastState.ENDING, NOON.plusSeconds(60), 2));
        assertThat(store.due(NOON.plusSeconds(9), 500)).containsExactly(exactly, later);
    }

    @Test
    @Rule("BRS-08")
    void aUsersWordsAreThoseSaidLast() {
        assertThat(store.details(ALICE)).isEmpty();
        store.describe(ALICE, TALK);
        store.describe(ALICE, TALK);
        assertThat(store.details(ALICE)).contains(TALK);
        store.describe(ALICE, StreamDetails.titled("Tomorrow"));
        store.describe(UserId.of("Alice"), StreamDetails.titled("Somebody else"));
        assertThat(store.details(ALICE)).contains(StreamDetails.titled("Tomorrow"));
        assertThat(Race.of(8, racer -> {
                    store.describe(UserId.of("carol"), TALK);
                    return true;
                }))
                .containsOnly(true);
        assertThat(store.details(UserId.of("carol"))).contains(TALK);
    }

    @Test
    @Rule("BRS-09")
    void theStoryOfAStreamIsTheOneSavedLast() {
        var plain = new StreamStory(FIRST, TALK, null);
        store.save(plain);
        assertThat(store.stories(Set.of(FIRST, SECOND))).isEqualTo(Map.of(FIRST, plain));
        var watched =
                new StreamStory(FIRST, TALK, new Viewers(12, Duration.ofMillis(3_600_001), Duration.ofMinutes(10)));
        store.save(watched);
        store.save(watched);
        store.save(new StreamStory(SECOND, StreamDetails.titled("Other"), null));
        assertThat(store.stories(Set.of(FIRST))).isEqualTo(Map.of(FIRST, watched));
        assertThat(store.stories(Set.of())).isEmpty();
    }
}
