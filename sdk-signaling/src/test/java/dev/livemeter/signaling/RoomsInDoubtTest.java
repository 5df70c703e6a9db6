package dev.livemeter.signaling;

import static dev.livemeter.signaling.LiveNodes.await;
import static dev.livemeter.signaling.LiveNodes.hears;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.call.PeerNames;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.room.Participant;
import dev.livemeter.room.ParticipantStatus;
import dev.livemeter.room.Room;
import dev.livemeter.room.RoomAnswer;
import dev.livemeter.room.RoomAnswer.Joined;
import dev.livemeter.room.RoomAnswer.Ticketed;
import dev.livemeter.room.RoomId;
import dev.livemeter.room.RoomKind;
import dev.livemeter.room.RoomPlan;
import dev.livemeter.room.RoomState;
import dev.livemeter.signaling.LiveNodes.Node;
import dev.livemeter.spi.RoomStore.Entry;
import dev.livemeter.testing.InMemorySignalingTransport.Peer;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What becomes of Vera, who came in by the second node, while nodes do not know, or do not hear, what others know. */
@Timeout(180)
class RoomsInDoubtTest {

    private static final UserId VERA = UserId.of("vera");

    private final LiveNodes nodes = new LiveNodes();
    private Node one;
    private Node two;
    private Peer vera;
    private long reports;

    @BeforeEach
    void start() throws Exception {
        one = nodes.start();
        two = nodes.start();
        one.live.wallets().credit("vera", Money.of("USD", "20.00"), "order-1");
        one.comesIn("bob");
        vera = two.comesIn("vera");
        await(() -> one.calls().isPresent("vera") && two.calls().isPresent("bob"));
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private RoomId open(RoomPlan plan) {
        return ((RoomAnswer.Done) one.rooms().open("bob", plan)).room().id();
    }

    private static RoomAnswer join(Node node, RoomId room) {
        var price = node.rooms().price(node.rooms().find(room).orElseThrow());
        return node.rooms()
                .join("vera", room, "", price.map(node.rooms()::reference).orElse(""));
    }

    private RoomId comesIn(RoomPlan plan) throws InterruptedException {
        var room = open(plan);
        comesIn(room);
        return room;
    }

    private void comesIn(RoomId room) throws InterruptedException {
        assertThat(join(two, room)).isInstanceOf(Joined.class);
        await(() -> one.rooms().isIn("vera", room));
    }

    private int listed() {
        return one.rooms().listed("carol", RoomState.OPEN).stream()
                .mapToInt(Room::present)
                .sum();
    }

    private void isLost() throws InterruptedException {
        nodes.bus.lose("node-2");
        nodes.pass(Duration.ofSeconds(9));
        await(() -> listed() == 0);
    }

    @Test
    void aNodeThatBeginsHearsAtOnceWhoIsInByOthers() throws Exception {
        var room = comesIn(RoomPlan.now("Tea", RoomKind.FREE, 5));
        var three = nodes.start();
        await(() -> three.rooms().isIn("vera", room));
    }

    @Test
    void aNodeThatHearsNothingShowsTheViewersThatAreStored() throws Exception {
        var room = comesIn(RoomPlan.now("Tea", RoomKind.FREE, 5));
        nodes.bus.goAway();
        var three = nodes.start();
        var shown = three.rooms().reportSent("bob", room, Set.of(VERA), 1);
        assertThat(shown).extracting(status -> status.participant().viewer()).containsExactly(VERA);
        assertThat(shown).allMatch(ParticipantStatus::full);
        assertThat(three.rooms().isIn("vera", room)).isFalse();
    }

    @Test
    void aViewerWhoIsBackByAnotherNodeIsNotHungUpWhenTheFirstPresenceIsSettled() throws Exception {
        var room = comesIn(RoomPlan.now("Tea", RoomKind.METERED, 5));
        for (var i = 0; i < 10; i++) {
            two.rooms().report("vera", room, true, ++reports);
            one.rooms().reportSent("bob", room, Set.of(VERA), ++reports);
            nodes.time.advance(Duration.ofSeconds(1));
        }
        two.dies();
        isLost();
        var back = one.comesIn("vera");
        assertThat(join(one, room)).isInstanceOf(Joined.class);
        await(() -> {
            one.rooms().report("vera", room, true, ++reports);
            one.rooms().reportSent("bob", room, Set.of(VERA), ++reports);
            nodes.time.advance(Duration.ofMillis(500));
            return one.rooms().participants("bob", room).stream()
                    .anyMatch(was -> !was.isPresent() && was.cost().isPositive());
        });
        for (var next = back.read(); next.isPresent(); next = back.read()) {
            assertThat(next.get()).doesNotContain("LEAVE");
        }
        assertThat(one.rooms().status("vera", room)).isPresent();
    }

    @Test
    void whoIsStoredAndRunsNowhereIsAskedForTwiceBeforeTheyAreGone() throws Exception {
        var room = open(RoomPlan.now("Tea", RoomKind.FREE, 5));
        var participant = new Participant(
                "p-1",
                room,
                VERA,
                PeerNames.of(VERA),
                null,
                nodes.time.instant(),
                null,
                Duration.ZERO,
                Money.of("USD", "0.00"),
                "");
        assertThat(nodes.books.rooms().orElseThrow().enter(participant)).isEqualTo(Entry.IN);
        assertThatThrownBy(() -> one.rooms().leave("vera", room)).hasMessageContaining("does not answer now");
        nodes.pass(Duration.ofMillis(2_500));
        assertThat(listed()).isEqualTo(1);
        nodes.pass(Duration.ofSeconds(4));
        await(() -> listed() == 0);
    }

    @Test
    void whoIsHeldForGoneByOthersIsInOnceWhenTheyComeAgain() throws Exception {
        var room = comesIn(RoomPlan.now("Tea", RoomKind.METERED, 5));
        isLost();
        // The second node lives, and could not hear it.
        assertThat(join(two, room)).isInstanceOf(Joined.class);
        hears(vera, "{\"type\":\"LEAVE\"");
        assertThat(listed()).isEqualTo(1);
    }

    @Test
    void aTicketIsGivenBackAlsoWhileItsViewerCannotBeReached() throws Exception {
        var room = open(RoomPlan.ticketed("Tea", 5, Money.of("USD", "5.00")));
        assertThat(one.rooms().buyTicket("vera", room)).isInstanceOf(Ticketed.class);
        comesIn(room);
        two.dies();
        nodes.bus.lose("node-2");
        assertThat(one.rooms().refundTicket("bob", room, "vera")).isInstanceOf(Ticketed.class);
        assertThat(one.live.wallets().balance("vera").orElseThrow().posted()).isEqualTo(Money.of("USD", "20.00"));
    }

    @Test
    void nobodyWaitsForANodeThatIsSilent() throws Exception {
        var room = comesIn(RoomPlan.now("Tea", RoomKind.FREE, 5));
        nodes.bus.goAway();
        assertThatThrownBy(() -> one.rooms().status("vera", room))
                .hasMessageContaining("does not answer now")
                .hasCauseInstanceOf(Exception.class);
        nodes.pass(Duration.ofSeconds(5));
        assertThatThrownBy(() -> one.rooms().status("vera", room))
                .hasMessageContaining("does not answer now")
                .hasNoCause();
        nodes.bus.comeBack();
        nodes.pass(Duration.ofSeconds(2));
        await(() -> one.rooms().status("vera", room).isPresent());
    }
}
