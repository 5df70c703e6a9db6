package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.Share;
import dev.livemeter.peer.PeerId;
import dev.livemeter.room.Participant;
import dev.livemeter.room.Room;
import dev.livemeter.room.RoomId;
import dev.livemeter.room.RoomKind;
import dev.livemeter.room.RoomState;
import dev.livemeter.room.RoomVisibility;
import dev.livemeter.room.Ticket;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RoomStore;
import dev.livemeter.spi.RoomStore.Entry;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What every {@link RoomStore} keeps: the rules of {@code docs/contracts/room-store.md}. Extend it, supply a store, inherit the tests. */
@Timeout(180)
public abstract class RoomStoreContract {

    private static final Instant NOON = Instant.parse("2026-03-01T12:00:00Z");
    private static final UserId BOB = UserId.of("bob");
    private static final RoomId ROOM = new RoomId("room-0001");
    private static final Money NOTHING = Money.of("USD", "0.00");

    private RoomStore store;

    /** For subclasses. */
    protected RoomStoreContract() {}

    /** An empty store. Called before each test. */
    protected abstract RoomStore create();

    @BeforeEach
    void start() {
        store = create();
    }

    private static Room room(String id, RoomState state, int second, int capacity) {
        return room(id, "The room", state, second, capacity);
    }

    private static Room room(String id, String title, RoomState state, int second, int capacity) {
        return new Room(
                new RoomId(id),
                BOB,
                title,
                RoomKind.FREE,
                RoomVisibility.PUBLIC,
                capacity,
                Share.percent("70"),
                null,
                Duration.ZERO,
                state,
                NOON.plusSeconds(second),
                null,
                null,
                null,
                0);
    }

    private static Participant participant(String id, RoomId room, String viewer, @Nullable Instant leftAt) {
        return new Participant(
                id, room, UserId.of(viewer), PeerId.of("peer"), null, NOON, leftAt, Duration.ZERO, NOTHING, "");
    }

    @Test
    @Rule("ROO-01")
    void aRoomComesBackWhole() {
        var whole = new Room(
                ROOM,
                BOB,
                "An evening with Bob, 'live' \u4e2d\u6587",
                RoomKind.TICKET,
                RoomVisibility.MEMBERS,
                7,
                new Share(5_000),
                Money.ofMicros("EUR", 4_990_001),
                Duration.ofMinutes(90),
                RoomState.ENDED,
                NOON.plusMillis(1),
                NOON.plusMillis(2),
                NOON.plusMillis(3),
                NOON.plusMillis(4),
                0);
        var bare = room("room-0002", RoomState.OPEN, 0, 1);
        store.insert(whole);
        store.insert(bare);
        assertThat(store.find(ROOM)).contains(whole);
        assertThat(store.find(bare.id())).contains(bare);
        assertThat(store.find(new RoomId("room-unknown"))).isEmpty();
        assertThatThrownBy(() -> store.insert(room("room-0002", RoomState.ENDED, 9, 9)))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("There is a room room-0002 already; give each an id of its own.");
        assertThat(store.find(bare.id())).contains(bare);
    }

    @Test
    @Rule("ROO-02")
    void aRoomIsChangedOutOfTheStateThatIsNamed() {
        store.insert(room("room-0001", RoomState.SCHEDULED, 0, 2));
        var open = room("room-0001", RoomState.OPEN, 0, 2);
        assertThat(store.change(RoomState.OPEN, open)).isFalse();
        assertThat(Race.of(6, number -> store.change(RoomState.SCHEDULED, open)))
                .containsOnlyOnce(true);
        store.enter(participant("part-0001", ROOM, "alice", null));
        assertThat(store.change(RoomState.OPEN, room("room-0001", RoomState.ENDED, 0, 2)))
                .isTrue();
        // Who was in it is still counted.
        assertThat(store.find(ROOM).orElseThrow().present()).isEqualTo(1);
    }

    @Test
    @Rule("ROO-03")
    void roomsAreListedByStateAndByBroadcaster() {
        store.insert(room("room-0002", RoomState.OPEN, 1, 1));
        store.insert(room("room-0003", RoomState.OPEN, 1, 1));
        store.insert(room("room-0001", RoomState.ENDED, 2, 1));
        assertThat(open(10, null)).containsExactly("room-0002", "room-0003");
        assertThat(open(1, null)).containsExactly("room-0002");
        assertThat(ids(store.of(BOB, 2))).containsExactly("room-0001", "room-0003");
        assertThat(store.of(UserId.of("Bob"), 10)).isEmpty();
        assertThat(ids(store.of(BOB, RoomState.OPEN, 10))).containsExactly("room-0003", "room-0002");
        assertThat(ids(store.of(BOB, RoomState.OPEN, 1))).containsExactly("room-0003");
        assertThat(store.of(BOB, RoomState.SCHEDULED, 10)).isEmpty();
        assertThat(store.of(UserId.of("Bob"), RoomState.OPEN, 10)).isEmpty();
    }

    private static List<String> ids(List<Room> rooms) {
        return rooms.stream().map(room -> room.id().value()).toList();
    }

    private List<String> open(int limit, @Nullable String after) {
        return ids(store.in(RoomState.OPEN, limit, after == null ? null : new RoomId(after)));
    }

    @Test
    @Rule("ROO-11")
    void roomsInAStateAreListedPageByPage() {
        store.insert(room("room-0001", RoomState.OPEN, 1, 1));
        store.insert(room("room-0002", RoomState.OPEN, 1, 1));
        store.insert(room("room-0003", RoomState.OPEN, 1, 1));
        store.insert(room("room-0000", RoomState.OPEN, 3, 1));
        store.insert(room("room-0004", RoomState.ENDED, 2, 1));
        assertThat(open(2, "room-0001")).containsExactly("room-0002", "room-0003");
        assertThat(open(2, "room-0003")).containsExactly("room-0000");
        assertThat(open(2, "room-0000")).isEmpty();
        // It may be over when the next page is asked for.
        store.change(RoomState.OPEN, room("room-0002", RoomState.ENDED, 1, 1));
        assertThat(open(9, "room-0002")).containsExactly("room-0003", "room-0000");
        assertThat(open(9, "room-0009")).isEmpty();
    }

    @Test
    @Rule("ROO-12")
    void whoIsInIsListedPageByPage() {
        store.insert(room("room-0001", RoomState.OPEN, 0, 5));
        for (var number = 1; number <= 4; number++) {
            store.enter(participant("part-000" + number, ROOM, "viewer" + number, null));
        }
        assertThat(present(2, "part-0001")).containsExactly("part-0002", "part-0003");
        assertThat(present(2, "part-0003")).containsExactly("part-0004");
        assertThat(present(2, "part-0004")).isEmpty();
        // They may have left when the next page is asked for.
        store.update(participant("part-0002", ROOM, "viewer2", NOON.plusSeconds(5)));
        assertThat(present(9, "part-0002")).containsExactly("part-0003", "part-0004");
        assertThat(present(9, "part-0009")).isEmpty();
    }

    private List<String> present(int limit, @Nullable String after) {
        return store.present(limit, after).stream().map(Participant::id).toList();
    }

    @Test
    @Rule("ROO-04")
    void aRoomHoldsNoMoreThanItsCapacityHoweverManyComeAtOnce() {
        store.insert(room("room-0001", RoomState.OPEN, 0, 3));
        var answers =
                Race.of(10, number -> store.enter(participant("part-000" + number, ROOM, "viewer" + number, null)));
        assertThat(Collections.frequency(answers, Entry.IN)).isEqualTo(3);
        assertThat(Collections.frequency(answers, Entry.FULL)).isEqualTo(7);
        assertThat(store.find(ROOM).orElseThrow().present()).isEqualTo(3);
        assertThat(store.participants(ROOM, 20)).hasSize(3);
    }

    @Test
    @Rule("ROO-05")
    void aViewerIsInARoomOnceHoweverOftenTheyCome() {
        store.insert(room("room-0001", RoomState.OPEN, 0, 3));
        var answers = Race.of(6, number -> store.enter(participant("part-000" + number, ROOM, "alice", null)));
        assertThat(Collections.frequency(answers, Entry.IN)).isEqualTo(1);
        assertThat(Collections.frequency(answers, Entry.ALREADY)).isEqualTo(5);
        assertThat(store.find(ROOM).orElseThrow().present()).isEqualTo(1);
    }

    @Test
    @Rule("ROO-06")
    void onlyAnOpenRoomLetsAnybodyIn() {
        store.insert(room("room-0001", RoomState.SCHEDULED, 0, 3));
        assertThat(store.enter(participant("part-0001", ROOM, "alice", null))).isEqualTo(Entry.CLOSED);
        assertThat(store.enter(participant("part-0001", new RoomId("room-unknown"), "alice", null)))
                .isEqualTo(Entry.CLOSED);
        assertThat(store.participants(ROOM, 10)).isEmpty();
    }

    @Test
    @Rule("ROO-07")
    void whoLeavesMakesRoomOnceAndStaysGone() {
        store.insert(room("room-0001", RoomState.OPEN, 0, 1));
        var alice = participant("part-0001", ROOM, "alice", null);
        store.enter(alice);
        var gone = participant("part-0001", ROOM, "alice", NOON.plusSeconds(5));
        assertThat(Race.of(4, number -> store.update(gone))).containsOnly(true);
        assertThat(store.find(ROOM).orElseThrow().present()).isZero();
        assertThat(store.update(alice)).isTrue();
        assertThat(store.present(ROOM, UserId.of("alice"))).isEmpty();
        assertThat(store.enter(participant("part-0002", ROOM, "bert", null))).isEqualTo(Entry.IN);
        assertThat(store.update(participant("part-0009", ROOM, "carol", null))).isFalse();
    }

    @Test
    @Rule("ROO-08")
    void participantsComeBackWholeAndAreFound() {
        store.insert(room("room-0001", RoomState.OPEN, 0, 5));
        var session = new SessionId("session-1");
        var alice = new Participant(
                "part-0001",
                ROOM,
                UserId.of("alice"),
                PeerId.of("alice-tab1"),
                session,
                NOON.plusMillis(3),
                null,
                Duration.ofNanos(61_000_000_001L),
                Money.ofMicros("USD", 1_234_567),
                "Hers, 'all' of it");
        store.enter(alice);
        store.enter(participant("part-0002", ROOM, "bert", null));
        assertThat(store.present(ROOM, UserId.of("alice"))).contains(alice);
        assertThat(store.participantOf(session)).contains(alice);
        assertThat(store.participantOf(new SessionId("session-2"))).isEmpty();
        assertThat(present(10, null)).containsExactly("part-0002", "part-0001");
        assertThat(present(1, "part-0002")).containsExactly("part-0001");
        store.update(participant("part-0002", ROOM, "bert", NOON.plusSeconds(1)));
        assertThat(store.present(10, null)).containsExactly(alice);
        assertThat(store.participants(ROOM, 10)).hasSize(2);
        assertThat(store.participants(ROOM, 1)).extracting(Participant::id).containsExactly("part-0002");
    }

    @Test
    @Rule("ROO-09")
    void aViewerHasOneTicketForARoom() {
        store.insert(room("room-0001", RoomState.OPEN, 0, 5));
        var bought = new Ticket(
                ROOM,
                UserId.of("alice"),
                new TransferId("ticket/room-0001/alice"),
                Money.of("USD", "5.00"),
                NOON,
                null,
                null);
        Race.of(4, number -> {
            store.put(bought);
            return number;
        });
        var used = new Ticket(
                ROOM,
                UserId.of("alice"),
                bought.transfer(),
                bought.price(),
                NOON,
                NOON.plusMillis(1),
                NOON.plusMillis(2));
        assertThat(store.ticket(ROOM, UserId.of("alice"))).contains(bought);
        store.put(used);
        assertThat(store.ticket(ROOM, UserId.of("alice"))).contains(used);
        assertThat(store.ticket(ROOM, UserId.of("Alice"))).isEmpty();
        var other = new Ticket(
                ROOM, UserId.of("Zoe"), new TransferId("ticket/room-0001/Zoe"), bought.price(), NOON, null, null);
        store.put(other);
        assertThat(store.tickets(ROOM, 10, null)).containsExactly(other, used);
        assertThat(store.tickets(ROOM, 10, UserId.of("Zoe"))).containsExactly(used);
        assertThat(store.tickets(ROOM, 1, null)).containsExactly(other);
    }

    @Test
    @Rule("ROO-10")
    void whatWasChargedToWhoHasLeftStays() {
        store.insert(room("room-0001", RoomState.OPEN, 0, 2));
        store.enter(participant("part-0001", ROOM, "alice", null));
        var unseen = participant("part-0001", ROOM, "alice", NOON.plusSeconds(9));
        store.update(unseen);
        for (var watched : List.of(Duration.ofSeconds(6), Duration.ofSeconds(5))) {
            var charged = new Participant(
                    unseen.id(),
                    ROOM,
                    unseen.viewer(),
                    unseen.peer(),
                    unseen.session(),
                    unseen.joinedAt(),
                    NOON.plusSeconds(6),
                    watched,
                    Money.of("USD", watched.toSeconds() > 5 ? "0.60" : "0.00"),
                    "The balance was used up.");
            assertThat(store.update(charged)).isTrue();
            assertThat(store.update(unseen)).isTrue();
            assertThat(store.participants(ROOM, 10)).containsExactly(charged);
        }
        assertThat(store.find(ROOM).orElseThrow().present()).isZero();
    }
}
