package dev.livemeter.room;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.call.CallPolicy;
import dev.livemeter.call.PeerNames;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.spi.RoomStore;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.InMemoryPeers;
import dev.livemeter.testing.ManualTime;
import java.time.Duration;
import java.util.Currency;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** More rooms, and more people in them, than are read at once: what is behind them is seen as well. */
final class ManyRoomsTest {

    private static final int MANY = 1_001;
    private static final Duration LOOKED_AND_WAITED = Duration.ofSeconds(45);

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.create(time);
    private final InMemoryPeers peers = InMemoryPeers.create();
    private final RoomStore store = books.rooms().orElseThrow();
    private final Livemeter live = Livemeter.builder()
            .wallet(books)
            .tariff(Tariff.perMinute("USD", "6.00"))
            .calls(
                    CallPolicy.builder(Currency.getInstance("USD"))
                            .members((viewer, broadcaster) -> viewer.equals(UserId.of("carol")))
                            .build(),
                    peers)
            .time(time)
            .scheduler(time)
            .executor(Runnable::run)
            .build();

    ManyRoomsTest() {
        peers.ask(live.calls().authority());
    }

    @AfterEach
    void close() {
        live.close();
    }

    private void comeIn(String user) {
        assertThat(peers.connect(live.calls().token(user, ""))).isNull();
    }

    /** A room that is there already, in the order of its number. */
    private Room stored(int number, String broadcaster, RoomVisibility visibility, RoomState state) {
        var room = new Room(
                id(number),
                UserId.of(broadcaster),
                "Room " + number,
                RoomKind.FREE,
                visibility,
                2_000,
                Share.percent("70"),
                null,
                Duration.ZERO,
                state,
                time.instant(),
                null,
                null,
                null,
                0);
        store.insert(room);
        return room;
    }

    private static RoomId id(int number) {
        return new RoomId("room-%05d".formatted(number));
    }

    private List<RoomId> listed(String viewer, int limit, @Nullable RoomId after) {
        return live.rooms().listed(viewer, RoomState.OPEN, limit, after).stream()
                .map(Room::id)
                .toList();
    }

    @Test
    void theNewestRoomIsInTheDirectoryHoweverManyCameBefore() {
        for (var number = 0; number < MANY; number++) {
            stored(number, "bob", RoomVisibility.PUBLIC, RoomState.OPEN);
        }
        assertThat(live.rooms().listed("alice", RoomState.OPEN)).hasSize(500);
        assertThat(listed("alice", 500, id(499))).hasSize(500).endsWith(id(999));
        assertThat(listed("alice", 500, id(999))).containsExactly(id(1_000));
        assertThat(live.rooms().in(RoomState.OPEN, 2, id(998)))
                .extracting(Room::id)
                .containsExactly(id(999), id(1_000));
        assertThatThrownBy(() -> live.rooms().listed("alice", RoomState.OPEN, 501, null))
                .hasMessage("A page of 501 rooms was asked for; expected 1 to 500.");
    }

    @Test
    void roomsThatAViewerIsNotToldOfFillNoPlaceInTheirList() {
        for (var number = 0; number < MANY; number++) {
            stored(number, "bob", number % 2 == 0 ? RoomVisibility.UNLISTED : RoomVisibility.MEMBERS, RoomState.OPEN);
        }
        stored(MANY, "bob", RoomVisibility.PUBLIC, RoomState.OPEN);
        assertThat(listed("alice", 500, null)).containsExactly(id(MANY));
        assertThat(listed("carol", 500, null)).hasSize(500).startsWith(id(1)).endsWith(id(999));
        assertThat(listed("carol", 500, id(999))).containsExactly(id(MANY));
    }

    @Test
    void anOpenRoomIsFoundBehindHundredsThatItsBroadcasterAnnouncedSince() {
        comeIn("bob");
        var open = stored(0, "bob", RoomVisibility.PUBLIC, RoomState.OPEN);
        for (var number = 1; number < MANY; number++) {
            stored(number, "bob", RoomVisibility.PUBLIC, RoomState.SCHEDULED);
        }
        assertThat(live.rooms().liveNow("bob").room()).isEqualTo(open);
        assertThat(live.rooms().of("bob", RoomState.OPEN)).containsExactly(open);
        assertThat(live.rooms().open("bob", RoomPlan.now("Tea", RoomKind.FREE, 5)))
                .isEqualTo(new RoomAnswer.Refused(
                        RoomAnswer.Reason.ALREADY_OPEN, "Another room of yours is open; close it first."));
    }

    @Test
    void aRoomWhoseBroadcasterIsGoneClosesHoweverManyOlderOnesAreWell() {
        comeIn("bob");
        for (var number = 0; number < MANY; number++) {
            stored(number, "bob", RoomVisibility.PUBLIC, RoomState.OPEN);
        }
        stored(MANY, "zoe", RoomVisibility.PUBLIC, RoomState.OPEN);
        time.advance(LOOKED_AND_WAITED);

        assertThat(live.rooms().find(id(MANY)).orElseThrow().state()).isEqualTo(RoomState.ENDED);
        assertThat(live.rooms().find(id(0)).orElseThrow().state()).isEqualTo(RoomState.OPEN);
    }

    @Test
    void aViewerWhoIsGoneFreesThePlaceHoweverManyWhoCameBeforeAreThere() {
        comeIn("bob");
        comeIn("alice");
        stored(0, "bob", RoomVisibility.PUBLIC, RoomState.OPEN);
        for (var number = 0; number < MANY; number++) {
            assertThat(store.enter(participant(number, "alice"))).isEqualTo(RoomStore.Entry.IN);
        }
        var gone = participant(MANY, "zoe");
        store.enter(gone);
        time.advance(LOOKED_AND_WAITED);

        assertThat(store.present(id(0), gone.viewer())).isEmpty();
        assertThat(live.rooms().find(id(0)).orElseThrow().present()).isEqualTo(MANY);
    }

    /** Let in by a process that is no more. */
    private Participant participant(int number, String peerOf) {
        return new Participant(
                "part-%05d".formatted(number),
                id(0),
                UserId.of("viewer" + number),
                PeerNames.of(UserId.of(peerOf)),
                null,
                time.instant(),
                null,
                Duration.ZERO,
                Money.of("USD", "0.00"),
                "");
    }
}
