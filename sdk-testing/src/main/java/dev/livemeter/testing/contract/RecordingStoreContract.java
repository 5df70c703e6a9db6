package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.recording.Recording;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.recording.RecordingState;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RecordingStore;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link RecordingStore} keeps: the rules of {@code docs/contracts/recording-store.md}. Extend it, supply a store, inherit the tests. */
@Timeout(180)
public abstract class RecordingStoreContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final UserId ALICE = UserId.of("alice");
    private static final UserId BOB = UserId.of("Alice");
    private static final SessionId SESSION = new SessionId("session-1");

    private RecordingStore store;

    /** For subclasses. */
    protected RecordingStoreContract() {}

    /** An empty store. Called before each test. */
    protected abstract RecordingStore create();

    @BeforeEach
    void start() {
        store = create();
    }

    private static Recording begun(String id, UserId owner, int second) {
        return recording(id, owner, RecordingState.RECORDING, second, 0, null);
    }

    private static Recording recording(
            String id, UserId owner, RecordingState state, int second, long bytes, @Nullable Instant expiresAt) {
        return new Recording(
                new RecordingId(id),
                SESSION,
                owner,
                state,
                "",
                NOON.plusSeconds(second),
                Duration.ZERO,
                bytes,
                expiresAt,
                null);
    }

    private static Recording as(Recording before, RecordingState state) {
        return recording(before.id().value(), before.owner(), state, 0, 0, null);
    }

    @Test
    @Rule("REC-01")
    void aRecordingComesBackWhole() {
        var whole = new Recording(
                new RecordingId("rec-0001"),
                SESSION,
                ALICE,
                RecordingState.READY,
                "The room was used up, 'all' of it. \u4e2d\u6587",
                NOON.plusMillis(1_234),
                Duration.ofMillis(3_723_456),
                9_000_000_000L,
                NOON.plus(Duration.ofDays(30)).plusMillis(7),
                "v1.c2VhbGVk");
        var bare = begun("rec-0002", ALICE, 1);
        store.insert(whole);
        store.insert(bare);
        assertThat(store.find(whole.id())).contains(whole);
        assertThat(store.find(bare.id())).contains(bare);
        assertThat(store.find(new RecordingId("rec-unknown"))).isEmpty();
    }

    @Test
    @Rule("REC-02")
    void anIdIsTakenOnce() {
        var first = begun("rec-0001", ALICE, 0);
        store.insert(first);
        assertThatThrownBy(() -> store.insert(begun("rec-0001", BOB, 1)))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("There is a recording rec-0001 already; give each an id of its own.")
                .extracting(thrown -> ((LivemeterException) thrown).code())
                .isEqualTo("store.duplicate");
        assertThat(store.find(first.id())).contains(first);
    }

    @Test
    @Rule("REC-03")
    void itIsMovedOutOfTheStateThatItIsInAndNoOther() {
        var begun = begun("rec-0001", ALICE, 0);
        store.insert(begun);
        var ready = recording("rec-0001", ALICE, RecordingState.READY, 0, 500, NOON.plusSeconds(60));
        assertThat(store.change(RecordingState.FINISHING, ready)).isFalse();
        assertThat(store.find(begun.id())).contains(begun);
        assertThat(store.change(RecordingState.RECORDING, ready)).isTrue();
        assertThat(store.change(RecordingState.RECORDING, ready)).isFalse();
        assertThat(store.find(begun.id())).contains(ready);
        assertThat(store.change(RecordingState.READY, begun("rec-0002", ALICE, 0)))
                .isFalse();
        assertThat(store.find(new RecordingId("rec-0002"))).isEmpty();
    }

    @Test
    @Rule("REC-04")
    void ofManyThatMoveItOneDoes() {
        store.insert(begun("rec-0001", ALICE, 0));
        var next = as(begun("rec-0001", ALICE, 0), RecordingState.FINISHING);
        assertThat(Race.of(8, racer -> store.change(RecordingState.RECORDING, next)))
                .containsOnlyOnce(true);
    }

    @Test
    @Rule("REC-05")
    void aUsersAreListedNewestFirstAndPageByPage() {
        for (var i = 1; i <= 5; i++) {
            store.insert(begun("rec-000" + i, ALICE, i / 2));
        }
        store.insert(begun("rec-0009", BOB, 9));
        store.insert(as(begun("rec-0008", ALICE, 0), RecordingState.DELETED));
        assertThat(ids(store.of(ALICE, 2, null))).containsExactly("rec-0005", "rec-0004");
        assertThat(ids(store.of(ALICE, 2, new RecordingId("rec-0004")))).containsExactly("rec-0003", "rec-0002");
        assertThat(ids(store.of(ALICE, 500, new RecordingId("rec-0002")))).containsExactly("rec-0001");
        assertThat(store.of(ALICE, 5, new RecordingId("rec-unknown"))).isEmpty();
        assertThat(ids(store.of(BOB, 500, null))).containsExactly("rec-0009");
    }

    @Test
    @Rule("REC-06")
    void thoseOfASessionAndThoseInAStateAreListedOldestFirst() {
        store.insert(begun("rec-0002", ALICE, 2));
        store.insert(begun("rec-0001", ALICE, 1));
        store.insert(recording("rec-0003", ALICE, RecordingState.READY, 3, 1, null));
        store.insert(recording("rec-0004", ALICE, RecordingState.DELETED, 0, 0, null));
        assertThat(ids(store.of(SESSION))).containsExactly("rec-0001", "rec-0002", "rec-0003");
        assertThat(store.of(new SessionId("session-2"))).isEmpty();
        assertThat(ids(store.in(RecordingState.RECORDING, 500))).containsExactly("rec-0001", "rec-0002");
        assertThat(ids(store.in(RecordingState.RECORDING, 1))).containsExactly("rec-0001");
        assertThat(ids(store.in(RecordingState.DELETED, 500))).containsExactly("rec-0004");
    }

    @Test
    @Rule("REC-07")
    void expiredIsWhatHasItsEndBehindIt() {
        store.insert(begun("rec-0001", ALICE, 0));
        store.insert(recording("rec-0002", ALICE, RecordingState.READY, 0, 1, NOON));
        store.insert(recording("rec-0003", ALICE, RecordingState.FAILED, 1, 0, NOON.plusSeconds(1)));
        store.insert(recording("rec-0004", ALICE, RecordingState.DELETED, 2, 0, NOON));
        assertThat(store.expired(NOON.minusMillis(1), 500)).isEmpty();
        assertThat(ids(store.expired(NOON, 500))).containsExactly("rec-0002");
        assertThat(ids(store.expired(NOON.plusSeconds(1), 500))).containsExactly("rec-0002", "rec-0003");
        assertThat(ids(store.expired(NOON.plusSeconds(1), 1))).containsExactly("rec-0002");
    }

    @Test
    @Rule("REC-08")
    void bytesAddUpForEachUserAndForAll() {
        assertThat(store.bytesOf(ALICE)).isZero();
        assertThat(store.bytesInAll()).isZero();
        store.insert(recording("rec-0001", ALICE, RecordingState.READY, 0, 3_000_000_000L, NOON));
        store.insert(recording("rec-0002", ALICE, RecordingState.READY, 0, 500, NOON));
        store.insert(recording("rec-0003", BOB, RecordingState.READY, 0, 7, NOON));
        assertThat(store.bytesOf(ALICE)).isEqualTo(3_000_000_500L);
        assertThat(store.bytesOf(BOB)).isEqualTo(7);
        assertThat(store.bytesInAll()).isEqualTo(3_000_000_507L);
    }

    @Test
    @Rule("REC-09")
    void onlyWhatIsDeletedIsForgotten() {
        var begun = begun("rec-0001", ALICE, 0);
        store.insert(begun);
        assertThat(store.remove(begun.id())).isFalse();
        assertThat(store.find(begun.id())).contains(begun);
        store.change(RecordingState.RECORDING, as(begun, RecordingState.DELETED));
        assertThat(store.remove(begun.id())).isTrue();
        assertThat(store.remove(begun.id())).isFalse();
        assertThat(store.find(begun.id())).isEmpty();
    }

    private static List<String> ids(List<Recording> recordings) {
        return recordings.stream().map(recording -> recording.id().value()).toList();
    }
}
