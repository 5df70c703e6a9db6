package dev.livemeter.relay.nginx;

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
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Slots that change while a stream runs, on time that stands still and without nginx. */
class SlotChangesTest {

    private static final String TOO_MANY =
            "This relay passes a stream on to at most 2 destinations at a time; stop or remove another one first.";

    private final ManualTime time = ManualTime.create();
    private final ScriptedAuthority authority = new ScriptedAuthority();
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
            new Random(1));
    private final Publishers publishers =
            new Publishers(new AuthorityCalls(authority, Runnable::run, Duration.ofSeconds(2)), around, "live", 2);

    private SessionId session;

    @BeforeEach
    void goLive() {
        authority.pushes = request -> List.of(push("a", "key-a"));
        publishers.publish(1, Secret.of("key"), "192.0.2.1");
        session = authority.session("key");
        open(1, 10);
    }

    private static Publishers.Heartbeat sign(long client) {
        return new Publishers.Heartbeat(client, Secret.of("ec_live_alice_key"), "192.0.2.7", Duration.ofSeconds(9));
    }

    private static Push push(String name, String key) {
        return ScriptedAuthority.push(name, "rtmp://platform.test/app", key);
    }

    private static Answer to(String key) {
        return new Answer.PassTo("rtmp://1.1.1.1:1935/app/" + key);
    }

    private PushLane lane(int slot) {
        return publishers.lane(slot, session.value()).orElseThrow();
    }

    private void open(int slot, long client) {
        lane(slot).opened(client);
        lane(slot).pushing(client + 1);
        time.advance(Duration.ofSeconds(1));
    }

    private Map<Integer, DestinationId> tenants() {
        return publishers.tenants(session);
    }

    @Test
    void anIdleSlotIsGivenToWhatIsNewAndTheOthersAreNotTouched() {
        var kept = lane(1);
        publishers.pushTo(session, List.of(push("a", "key-a"), push("b", "key-b")));
        assertThat(lane(1)).isSameAs(kept);
        assertThat(lane(2).opened(20)).isEqualTo(to("key-b"));
        assertThat(cuts).isEmpty();
        publishers.pushTo(session, List.of(push("b", "key-b"), push("a", "key-a")));
        assertThat(lane(1)).isSameAs(kept);
        assertThat(cuts).isEmpty();
    }

    @Test
    void aFreedSlotIsClosedAtOnceAndLeadsNowhere() {
        var former = lane(1);
        publishers.pushTo(session, List.of());
        assertThat(cuts).containsExactly("slot1/" + session);
        assertThat(publishers.lane(1, session.value())).isEmpty();
        assertThat(former.heartbeat(10)).isEqualTo(Answer.FORBIDDEN);
        assertThat(former.opened(12)).isEqualTo(Answer.FORBIDDEN);
        former.pushDone(11);
        former.closed(10);
        time.advance(Duration.ofSeconds(30));
        assertThat(cuts).containsExactly("slot1/" + session, "slot1/" + session, "slot1/" + session);
        assertThat(authority.history("key", "a")).containsExactly(State.CONNECTING, State.LIVE);
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.GO);
    }

    @Test
    void theOrderToCloseAFreedSlotIsNotRepeatedWhenItCouldBeOpenAnew() {
        publishers.pushTo(session, List.of());
        time.advance(around.pace().pushReconnect().minusMillis(1));
        var before = cuts.size();
        time.advance(Duration.ofSeconds(30));
        assertThat(cuts).hasSize(before);
    }

    @Test
    void aTargetThatChangedMovesToAnIdleSlot() {
        publishers.pushTo(session, List.of(push("a", "other-key")));
        assertThat(cuts).containsExactly("slot1/" + session);
        assertThat(tenants()).containsExactly(Map.entry(2, new DestinationId("a")));
        assertThat(lane(2).opened(20)).isEqualTo(to("other-key"));
    }

    @Test
    void whatIsStillToldOfTheFormerTenantIsNotTakenForNewsOfTheNext() {
        publishers.pushTo(session, List.of(push("a", "key-a"), push("b", "key-b")));
        open(2, 20);
        publishers.pushTo(session, List.of(push("c", "key-c"), push("b", "key-b")));
        assertThat(lane(1).heartbeat(10)).isEqualTo(Answer.FORBIDDEN);
        assertThat(lane(1).opened(30)).isEqualTo(to("key-c"));
        lane(1).pushDone(11);
        lane(1).closed(10);
        lane(1).pushing(11);
        time.advance(Duration.ofSeconds(1));
        assertThat(authority.history("key", "c")).containsExactly(State.CONNECTING);
        lane(1).pushing(31);
        time.advance(Duration.ofSeconds(1));
        assertThat(authority.history("key", "c")).containsExactly(State.CONNECTING, State.LIVE);
        assertThat(authority.history("key", "b")).containsExactly(State.CONNECTING, State.LIVE);
        assertThat(lane(1).heartbeat(30)).isEqualTo(Answer.GO);
    }

    @Test
    void whatFindsNoSlotIsToldSoAndGetsTheNextThatIsFree() {
        publishers.pushTo(session, List.of(push("a", "key-a"), push("b", "key-b"), push("c", "key-c")));
        assertThat(authority.changes).last().satisfies(change -> {
            assertThat(change.destination().value()).isEqualTo("c");
            assertThat(change.state()).isEqualTo(State.FAILED);
            assertThat(change.detail()).isEqualTo(TOO_MANY);
        });
        publishers.pushTo(session, List.of(push("b", "key-b"), push("c", "key-c")));
        assertThat(tenants())
                .containsExactly(Map.entry(1, new DestinationId("c")), Map.entry(2, new DestinationId("b")));
    }

    @Test
    void whatIsCutGoesNowhereAnyMore() {
        publishers.disconnect(session);
        cuts.clear();
        publishers.pushTo(session, List.of(push("b", "key-b")));
        assertThat(tenants()).isEmpty();
        assertThat(cuts).isEmpty();
    }

    @Test
    void aRetryOnOrderWaitsForNoBackOff() {
        lane(1).pushDone(11);
        time.advance(around.pace().grace());
        lane(1).closed(10);
        for (var client = 20; client < 60; client += 10) {
            time.advance(Duration.ofMinutes(1));
            publishers.heartbeat(sign(1));
            time.advance(Duration.ofMinutes(1));
            publishers.heartbeat(sign(1));
            lane(1).opened(client);
            lane(1).pushDone(client + 1L);
            time.advance(around.pace().grace());
            lane(1).closed(client);
        }
        assertThat(lane(1).opened(70)).isEqualTo(Answer.FORBIDDEN);
        assertThat(authority.retries)
                .last()
                .satisfies(next -> assertThat(next).isBetween(Duration.ofSeconds(20), Duration.ofSeconds(45)));

        publishers.retryNow(session, new DestinationId("a"));
        assertThat(authority.retries).last().isEqualTo(around.pace().pushReconnect());
        assertThat(lane(1).opened(71)).isEqualTo(to("key-a"));
        lane(1).pushDone(72);
        time.advance(around.pace().grace());
        assertThat(authority.retries)
                .last()
                .satisfies(next -> assertThat(next).isBetween(Duration.ofMillis(1500), Duration.ofMillis(2500)));
    }

    @Test
    void aRetryOnOrderIsTheWayOutOfAFinalFailure() {
        publishers.pushTo(session, List.of(ScriptedAuthority.push("p", "rtmp://private.test/app", "key-p")));
        assertThat(lane(2).opened(20)).isEqualTo(Answer.FORBIDDEN);
        assertThat(lane(2).opened(21)).isEqualTo(Answer.FORBIDDEN);
        assertThat(authority.history("key", "p")).containsExactly(State.FAILED);
        publishers.retryNow(session, new DestinationId("p"));
        assertThat(lane(2).opened(22)).isEqualTo(Answer.FORBIDDEN);
        assertThat(authority.history("key", "p")).containsExactly(State.FAILED, State.RETRYING, State.FAILED);
    }

    @Test
    void aRetryOnOrderDisturbsNothingThatIsLive() {
        publishers.retryNow(session, new DestinationId("a"));
        assertThat(cuts).isEmpty();
        assertThat(authority.history("key", "a")).containsExactly(State.CONNECTING, State.LIVE);
    }
}
