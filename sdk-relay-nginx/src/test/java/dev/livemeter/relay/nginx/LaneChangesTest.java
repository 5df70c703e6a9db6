package dev.livemeter.relay.nginx;

import static dev.livemeter.relay.nginx.ScriptedPushes.address;
import static dev.livemeter.relay.nginx.ScriptedPushes.location;
import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.testing.ManualTime;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Destinations that change while a stream runs, on time that stands still and without nginx. */
class LaneChangesTest {

    private static final String TOO_MANY =
            "This relay passes a stream on to at most 2 destinations at a time; stop or remove another one first.";

    private final ManualTime time = ManualTime.create();
    private final ScriptedAuthority authority = new ScriptedAuthority();
    private final ScriptedPushes nginx = new ScriptedPushes();
    private final List<String> cuts = new ArrayList<>();
    private final PushLane.Surroundings around = new PushLane.Surroundings(
            new PushResolver(
                    host -> new InetAddress[] {IpLiteral.address(host.startsWith("private") ? "10.0.0.1" : "1.1.1.1")},
                    new AddressPolicy(false, Set.of()),
                    Duration.ofSeconds(1),
                    Runnable::run),
            (application, stream) -> cuts.add(application + "/" + stream),
            Pace.of(Duration.ofMinutes(1)),
            time,
            time,
            new Random(1),
            nginx);
    private final Publishers publishers =
            new Publishers(new AuthorityCalls(authority, Runnable::run, Duration.ofSeconds(2)), around, "live", 2);

    private SessionId session;

    @BeforeEach
    void goLive() {
        authority.pushes = request -> List.of(push("a", "key-a"));
        publishers.publish(1, Secret.of("key"), "192.0.2.1");
        session = authority.session("key");
        publishers.begun(session.value());
        live("key-a", 11);
    }

    private static Publishers.Heartbeat sign(long client) {
        return new Publishers.Heartbeat(
                client, Secret.of("ec_live_alice_key"), "192.0.2.7", Duration.ofSeconds(9), OptionalLong.empty());
    }

    private static Push push(String name, String key) {
        return ScriptedAuthority.push(name, "rtmp://platform.test/app", key);
    }

    /** What is due is ordered, and the push to that key begins and holds. */
    private void live(String key, long client) {
        time.runDue();
        assertThat(pushing(key, client)).isEqualTo(Answer.GO);
        time.advance(Duration.ofSeconds(1));
    }

    private Answer pushing(String key, long client) {
        return publishers.pushes().begins(session.value(), client, address(key));
    }

    private Answer beat(String key, long client) {
        return publishers.pushes().heartbeat(session.value(), client, address(key), 0);
    }

    private void pushTo(Push... pushes) {
        publishers.pushTo(session, List.of(pushes));
        time.runDue();
    }

    private List<String> destinations() {
        return publishers.lanes(session).stream()
                .map(lane -> lane.push().destination().value())
                .toList();
    }

    @Test
    void whatIsNewIsOpenedAndTheOthersAreNotTouched() {
        pushTo(push("a", "key-a"), push("b", "key-b"));
        assertThat(nginx.opened).containsExactly(location("key-a"), location("key-b"));
        pushTo(push("b", "key-b"), push("a", "key-a"));
        assertThat(nginx.opened).hasSize(2);
        assertThat(nginx.closed).isEmpty();
        assertThat(cuts).isEmpty();
        assertThat(beat("key-a", 11)).isEqualTo(Answer.GO);
    }

    @Test
    void whatIsRemovedIsClosedAtOnceAndHasNoWayBack() {
        pushTo();
        assertThat(nginx.closed).containsExactly(11L);
        assertThat(destinations()).isEmpty();
        assertThat(beat("key-a", 11)).isEqualTo(Answer.FORBIDDEN);
        assertThat(pushing("key-a", 12)).isEqualTo(Answer.FORBIDDEN);
        publishers.pushes().done(session.value(), 11, address("key-a"));
        time.advance(Duration.ofSeconds(30));
        assertThat(nginx.closed).as("as an order can get lost").containsExactly(11L, 11L, 11L);
        assertThat(nginx.opened).hasSize(1);
        assertThat(authority.history("key", "a")).containsExactly(State.CONNECTING, State.LIVE);
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.GO);
    }

    @Test
    void whatIsRemovedBeforeItsServerAnsweredMayNotBegin() {
        pushTo(push("a", "key-a"), push("b", "key-b"));
        pushTo(push("a", "key-a"));
        assertThat(pushing("key-b", 12)).isEqualTo(Answer.FORBIDDEN);
        assertThat(authority.history("key", "b")).containsExactly(State.CONNECTING);
    }

    @Test
    void aTargetThatChangedIsOpenedAnewAndTheFormerOneIsClosed() {
        pushTo(push("a", "other-key"));
        assertThat(nginx.closed).containsExactly(11L);
        assertThat(nginx.opened).containsExactly(location("key-a"), location("other-key"));
        assertThat(destinations()).containsExactly("a");
        live("other-key", 12);
        assertThat(beat("other-key", 12)).isEqualTo(Answer.GO);
        assertThat(beat("key-a", 11)).isEqualTo(Answer.FORBIDDEN);
    }

    @Test
    void whatIsStillToldOfAFormerPushIsNotTakenForNewsOfTheNext() {
        pushTo(push("a", "other-key"));
        publishers.pushes().done(session.value(), 11, address("key-a"));
        assertThat(pushing("key-a", 11)).isEqualTo(Answer.FORBIDDEN);
        time.advance(Duration.ofSeconds(1));
        assertThat(authority.history("key", "a")).containsExactly(State.CONNECTING, State.LIVE, State.CONNECTING);
        live("other-key", 13);
        assertThat(authority.history("key", "a"))
                .containsExactly(State.CONNECTING, State.LIVE, State.CONNECTING, State.LIVE);
    }

    @Test
    void whatFindsNoRoomIsToldSoAndGetsTheNextThatIsFree() {
        pushTo(push("a", "key-a"), push("b", "key-b"), push("c", "key-c"));
        assertThat(authority.changes)
                .filteredOn(change -> change.destination().value().equals("c"))
                .singleElement()
                .satisfies(change -> {
                    assertThat(change.state()).isEqualTo(State.FAILED);
                    assertThat(change.detail()).isEqualTo(TOO_MANY);
                });
        pushTo(push("b", "key-b"), push("c", "key-c"));
        assertThat(destinations()).containsExactly("b", "c");
    }

    @Test
    void whatIsCutGoesNowhereAnyMore() {
        publishers.disconnect(session);
        pushTo(push("b", "key-b"));
        assertThat(destinations()).isEmpty();
        assertThat(nginx.opened).hasSize(1);
        assertThat(beat("key-a", 11)).isEqualTo(Answer.FORBIDDEN);
    }

    /** Time passes while the publisher goes on. */
    private void awaitLast(State state) {
        for (var second = 0; second < 120; second++) {
            var history = authority.history("key", "a");
            if (history.get(history.size() - 1) == state) {
                return;
            }
            time.advance(Duration.ofSeconds(1));
            publishers.heartbeat(sign(1));
        }
        throw new AssertionError("It is not " + state + " after two minutes.");
    }

    @Test
    void aRetryOnOrderWaitsForNoBackOff() {
        publishers.pushes().done(session.value(), 11, address("key-a"));
        for (var failure = 0; failure < 5; failure++) {
            awaitLast(State.RETRYING);
            awaitLast(State.CONNECTING);
        }
        awaitLast(State.RETRYING);
        assertThat(authority.retries)
                .last()
                .satisfies(next -> assertThat(next).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(61)));
        var before = nginx.opened.size();
        publishers.retryNow(session, new DestinationId("a"));
        time.runDue();
        assertThat(nginx.opened).hasSize(before + 1);

        assertThat(pushing("key-a", 70)).isEqualTo(Answer.GO);
        publishers.pushes().done(session.value(), 70, address("key-a"));
        time.advance(around.pace().grace());
        assertThat(authority.retries)
                .as("it begins to count anew")
                .last()
                .satisfies(next -> assertThat(next).isBetween(Duration.ofMillis(1500), Duration.ofMillis(2500)));
    }

    @Test
    void aRetryOnOrderIsTheWayOutOfAFinalFailure() {
        pushTo(ScriptedAuthority.push("p", "rtmp://private.test/app", "key-p"));
        time.advance(Duration.ofMinutes(1));
        assertThat(authority.history("key", "p")).containsExactly(State.FAILED);
        publishers.retryNow(session, new DestinationId("p"));
        time.runDue();
        assertThat(authority.history("key", "p")).containsExactly(State.FAILED, State.RETRYING, State.FAILED);
    }

    @Test
    void aRetryOnOrderDisturbsNothingThatIsLive() {
        publishers.retryNow(session, new DestinationId("a"));
        time.runDue();
        assertThat(nginx.opened).hasSize(1);
        assertThat(nginx.closed).isEmpty();
        assertThat(authority.history("key", "a")).containsExactly(State.CONNECTING, State.LIVE);
    }
}
