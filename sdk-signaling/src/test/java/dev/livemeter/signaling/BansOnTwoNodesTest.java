package dev.livemeter.signaling;

import static dev.livemeter.signaling.LiveNodes.await;
import static dev.livemeter.signaling.LiveNodes.hears;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.call.CallAnswer;
import dev.livemeter.call.CallEnd.Cause;
import dev.livemeter.call.CallId;
import dev.livemeter.call.CallState;
import dev.livemeter.call.Calls;
import dev.livemeter.call.InviteResult;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.BanScope;
import dev.livemeter.moderation.ModerationResult;
import dev.livemeter.moderation.Moderator;
import dev.livemeter.moderation.Moderator.Standing;
import dev.livemeter.money.Money;
import dev.livemeter.room.RoomAnswer;
import dev.livemeter.room.RoomId;
import dev.livemeter.room.RoomKind;
import dev.livemeter.room.RoomPlan;
import dev.livemeter.signaling.LiveNodes.Node;
import dev.livemeter.testing.InMemorySignalingTransport.Peer;
import java.time.Duration;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A ban that is ordered on one node cuts what goes on by the other: calls, rooms, and the connection itself. */
@Timeout(60)
class BansOnTwoNodesTest {

    private static final PersonId VERA = PersonId.of(UserId.of("vera"));
    private static final Moderator BOB = new Moderator(UserId.of("bob"), Standing.ORDINARY);
    private static final Moderator OLGA = new Moderator(UserId.of("olga"), Standing.ADMINISTRATOR);

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

    /** Vera calls by her node, Bob accepts by his, and both confirm for three seconds. */
    private CallId talks() throws Exception {
        var price = two.calls().price("vera", "bob", Duration.ofMinutes(1)).reference();
        var id = ((InviteResult.Invited)
                        two.calls().invite("vera", new Calls.Invitation("bob", price, Duration.ZERO, "")))
                .status()
                .call()
                .id();
        await(() -> one.calls().current("bob").isPresent());
        assertThat(one.calls().accept("bob", id, "")).isInstanceOf(CallAnswer.Done.class);
        for (var second = 0; second <= 3; second++) {
            two.calls().report("vera", id, true, ++reports);
            one.calls().report("bob", id, true, ++reports);
            if (second < 3) {
                nodes.time.advance(Duration.ofSeconds(1));
            }
        }
        assertThat(two.status("vera", id).call().state()).isEqualTo(CallState.LIVE);
        return id;
    }

    private RoomId isInARoom() throws Exception {
        var room = ((RoomAnswer.Done) one.rooms().open("bob", RoomPlan.now("Tea", RoomKind.FREE, 5)))
                .room()
                .id();
        assertThat(two.rooms().join("vera", room, "", "")).isInstanceOf(RoomAnswer.Joined.class);
        await(() -> one.rooms().isIn("vera", room));
        return room;
    }

    /** Each node looks once a second for what others ordered. */
    private void within(Duration span, BooleanSupplier what) throws Exception {
        for (var left = span.toMillis(); left > 0 && !what.getAsBoolean(); left -= 500) {
            nodes.pass(Duration.ofMillis(500));
        }
        await(what);
    }

    private static void ordered(ModerationResult result) {
        assertThat(result).isInstanceOf(ModerationResult.Done.class);
    }

    @Test
    void aBanFromEverywhereOnOneNodeEndsTheCallAndTheConnectionOnTheOther() throws Exception {
        var call = talks();
        ordered(one.live.moderation().banForEver(OLGA, VERA, BanScope.everywhere(), "fraud"));

        within(Duration.ofSeconds(3), () -> !vera.isConnected());
        hears(bob, "{\"type\":\"LEAVE\"");
        // Every node looks for what others ordered, once a second.
        nodes.pass(Duration.ofSeconds(2));
        assertThatThrownBy(() -> two.comesIn("vera")).hasMessageContaining("You are banned here. Reason: fraud");
        within(
                Duration.ofSeconds(3),
                () -> one.calls().find(call).orElseThrow().cost().isPositive());
        var ended = one.calls().find(call).orElseThrow();
        assertThat(Objects.requireNonNull(ended.end()).cause()).isEqualTo(Cause.STOPPED);
        assertThat(ended.cost()).isEqualTo(Money.of("USD", "0.30"));
        assertThat(bob.isConnected()).isTrue();
    }

    @Test
    void aBanFromEverywhereOnOneNodeEndsWhatTheOtherNodeLetIntoARoom() throws Exception {
        var room = isInARoom();
        ordered(one.live.moderation().ban(OLGA, VERA, BanScope.everywhere(), "fraud", Duration.ofHours(1)));

        within(Duration.ofSeconds(3), () -> !vera.isConnected());
        within(
                Duration.ofSeconds(3),
                () -> !one.rooms().isIn("vera", room) && !two.rooms().isIn("vera", room));
        nodes.pass(Duration.ofSeconds(2));
        assertThat(two.rooms().join("vera", room, "", ""))
                .isInstanceOfSatisfying(
                        RoomAnswer.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(RoomAnswer.Reason.NOT_ALLOWED));
    }

    @Test
    void aBanByABroadcasterEndsWhatIsBetweenTheTwoAndNothingElse() throws Exception {
        var room = isInARoom();
        ordered(one.live.moderation().banForEver(BOB, VERA, BanScope.of(UserId.of("bob")), "rude"));

        hears(vera, "{\"type\":\"LEAVE\"");
        within(
                Duration.ofSeconds(3),
                () -> !one.rooms().isIn("vera", room) && !two.rooms().isIn("vera", room));
        assertThat(vera.isConnected()).isTrue();
        within(
                Duration.ofSeconds(3),
                () -> two.rooms().join("vera", room, "", "") instanceof RoomAnswer.Refused refused
                        && refused.reason() == RoomAnswer.Reason.NOT_ALLOWED);
    }
}
