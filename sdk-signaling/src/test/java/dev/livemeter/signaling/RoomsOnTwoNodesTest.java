package dev.livemeter.signaling;

import static dev.livemeter.signaling.LiveNodes.await;
import static dev.livemeter.signaling.LiveNodes.hears;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.room.Participant;
import dev.livemeter.room.Room;
import dev.livemeter.room.RoomAnswer;
import dev.livemeter.room.RoomAnswer.Joined;
import dev.livemeter.room.RoomAnswer.Reason;
import dev.livemeter.room.RoomId;
import dev.livemeter.room.RoomKind;
import dev.livemeter.room.RoomPlan;
import dev.livemeter.room.RoomState;
import dev.livemeter.signaling.LiveNodes.Node;
import dev.livemeter.testing.InMemorySignalingTransport.Peer;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Bob shows himself on one node, and viewers come in by another one; the books are shared. */
@Timeout(180)
class RoomsOnTwoNodesTest {

    private static final UserId VERA = UserId.of("vera");

    private final LiveNodes nodes = new LiveNodes();
    private Node one;
    private Node two;
    private Peer bob;
    private Peer vera;
    private long reports;

    @BeforeEach
    void start() throws Exception {
        one = nodes.start();
        two = nodes.start();
        one.live.wallets().credit("vera", Money.of("USD", "20.00"), "order-1");
        bob = one.comesIn("bob");
        vera = two.comesIn("vera");
        await(() -> one.calls().isPresent("vera") && two.calls().isPresent("bob"));
    }

    @AfterEach
    void stop() {
        nodes.close();
    }

    private RoomId open(RoomKind kind, int capacity) {
        return ((RoomAnswer.Done) one.rooms().open("bob", RoomPlan.now("Tea", kind, capacity)))
                .room()
                .id();
    }

    private static RoomAnswer join(Node node, String viewer, RoomId room) {
        var price = node.rooms().price(node.rooms().find(room).orElseThrow());
        return node.rooms()
                .join(viewer, room, "", price.map(node.rooms()::reference).orElse(""));
    }

    /** Vera comes in by the second node, and the first one has heard of it. */
    private Participant comesIn(RoomId room) throws InterruptedException {
        var joined = join(two, "vera", room);
        assertThat(joined).isInstanceOf(Joined.class);
        await(() -> one.rooms().isIn("vera", room));
        return ((Joined) joined).status().participant();
    }

    private static int listed(Node node) {
        return node.rooms().listed("carol", RoomState.OPEN).stream()
                .mapToInt(Room::present)
                .sum();
    }

    private boolean isGone(RoomId room) {
        return listed(one) == 0
                && !one.rooms().isIn("vera", room)
                && !two.rooms().isIn("vera", room);
    }

    @Test
    void aRoomHoldsNoMoreThanItsCapacityOverAllNodesAndEachShowsHowManyAreIn() throws Exception {
        var room = open(RoomKind.FREE, 1);
        one.comesIn("carol");
        await(() -> two.calls().isPresent("carol"));
        comesIn(room);
        for (var node : new Node[] {one, two}) {
            assertThat(join(node, "carol", room))
                    .isEqualTo(new RoomAnswer.Refused(
                            Reason.FULL, "All 1 places of the room are taken; try again later."));
            assertThat(listed(node)).isEqualTo(1);
        }
        one.rooms().leave("vera", room);
        await(() -> isGone(room));
        assertThat(listed(two)).isZero();
        assertThat(join(one, "carol", room)).isInstanceOf(Joined.class);
    }

    @Test
    void aViewerOnAnotherNodeIsConnectedMeteredAndShownToTheBroadcaster() throws Exception {
        var room = open(RoomKind.METERED, 5);
        comesIn(room);
        vera.send("{\"type\":\"OFFER\",\"dst\":\""
                + one.calls().token("bob", "").peer().value() + "\",\"payload\":1}");
        hears(bob, "{\"type\":\"OFFER\"");
        for (var i = 0; i <= 5; i++) {
            // Whichever node her reports come to.
            var reporting = i % 2 == 0 ? one : two;
            assertThat(reporting.rooms().report("vera", room, true, ++reports)).isPresent();
            var shown = one.rooms().reportSent("bob", room, Set.of(VERA), ++reports);
            assertThat(shown).hasSize(1);
            assertThat(shown.get(0).balance()).isNull();
            if (i < 5) {
                nodes.time.advance(Duration.ofSeconds(1));
            }
        }
        var seen = one.rooms().status("vera", room).orElseThrow();
        assertThat(seen).isEqualTo(two.rooms().status("vera", room).orElseThrow());
        assertThat(seen.counting()).isTrue();
        assertThat(seen.used()).isEqualTo(Duration.ofSeconds(5));
        one.rooms().leave("vera", room);
        await(() -> {
            nodes.time.advance(Duration.ofSeconds(1));
            return one.rooms().participants("bob", room).get(0).cost().equals(Money.of("USD", "0.50"));
        });
        assertThat(one.rooms().status("vera", room)).isEmpty();
    }

    @Test
    void whoIsInByOneNodeIsInByTheOther() throws Exception {
        var room = open(RoomKind.FREE, 5);
        var participant = comesIn(room);
        assertThat(((Joined) join(one, "vera", room)).status().participant()).isEqualTo(participant);
        assertThat(listed(one)).isEqualTo(1);
        assertThat(one.rooms().status("carol", room)).isEmpty();
    }

    @Test
    void viewersOfAllNodesAreSentOutPartedAndLeaveWithTheRoom() throws Exception {
        var room = open(RoomKind.FREE, 5);
        var first = comesIn(room);
        one.rooms().sendOut("bob", room, "vera", "the rules");
        hears(vera, "{\"type\":\"LEAVE\"");
        await(() -> isGone(room));
        comesIn(room);
        one.rooms().part("vera", "bob", "a ban");
        await(() -> isGone(room));
        comesIn(room);
        one.rooms().partFromAll("vera", "a ban");
        await(() -> isGone(room));
        comesIn(room);
        one.rooms().close("bob", room);
        await(() -> isGone(room));
        assertThat(one.rooms().participants("bob", room))
                .extracting(Participant::why)
                .containsExactlyInAnyOrder(
                        "It was ended by the operator: the rules.",
                        "It was ended by the operator: a ban.",
                        "It was ended by the operator: a ban.",
                        "bob hung up.");
        assertThat(first.isPresent()).isTrue();
    }

    @Test
    void theViewersOfADeadNodeLeaveWithinSeconds() throws Exception {
        var free = open(RoomKind.FREE, 1);
        // Her signaling is on the first node, and she came in by the second one.
        var carol = one.comesIn("carol");
        await(() -> two.calls().isPresent("carol"));
        assertThat(join(two, "carol", free)).isInstanceOf(Joined.class);
        await(() -> one.rooms().isIn("carol", free));
        two.dies();
        nodes.bus.lose("node-2");
        assertThatThrownBy(() -> one.rooms().leave("carol", free))
                .isInstanceOfSatisfying(LivemeterException.class, e -> {
                    assertThat(e.code()).isEqualTo("room.node_unreachable");
                    assertThat(e.retryable()).isTrue();
                })
                .hasMessage("carol came into the room " + free
                        + " by another node, which does not answer now; try again in a moment.");
        nodes.pass(Duration.ofSeconds(9));
        await(() -> listed(one) == 0);
        hears(carol, "{\"type\":\"LEAVE\"");
        assertThat(one.rooms().status("carol", free)).isEmpty();
        assertThat(one.rooms().participants("bob", free).get(0).why())
                .isEqualTo("The application stopped while it went on.");
        assertThat(join(one, "carol", free)).isInstanceOf(Joined.class);
    }

    @Test
    void theMeteredViewersOfADeadNodeLeaveWithinSecondsAndPayForWhatWasProven() throws Exception {
        var room = open(RoomKind.METERED, 1);
        comesIn(room);
        for (var i = 0; i < 60; i++) {
            two.rooms().report("vera", room, true, ++reports);
            one.rooms().reportSent("bob", room, Set.of(VERA), ++reports);
            nodes.time.advance(Duration.ofSeconds(1));
        }
        two.dies();
        nodes.bus.lose("node-2");
        nodes.pass(Duration.ofSeconds(9));
        await(() -> listed(one) == 0);
        one.comesIn("vera");
        assertThat(join(one, "vera", room)).isInstanceOf(Joined.class);
        one.rooms().leave("vera", room);
        await(() -> {
            nodes.time.advance(Duration.ofSeconds(1));
            return one.rooms().participants("bob", room).stream()
                    .anyMatch(was -> was.cost().isPositive());
        });
        var settled = one.rooms().participants("bob", room).stream()
                .filter(was -> was.cost().isPositive())
                .findFirst()
                .orElseThrow();
        assertThat(settled.watched()).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(59));
        assertThat(one.live.wallets().balance("vera").orElseThrow().posted())
                .isEqualTo(Money.of("USD", "20.00").minus(settled.cost()));
    }

    @Test
    void whereTheNodesCannotHearEachOtherNobodyIsTakenForGone() throws Exception {
        var room = open(RoomKind.FREE, 5);
        comesIn(room);
        nodes.bus.goAway();
        nodes.pass(Duration.ofSeconds(40));
        assertThat(listed(one)).isEqualTo(1);
        nodes.bus.comeBack();
        nodes.pass(Duration.ofSeconds(2));
        assertThat(one.rooms().status("vera", room)).isPresent();
        assertThat(listed(one)).isEqualTo(1);
    }
}
