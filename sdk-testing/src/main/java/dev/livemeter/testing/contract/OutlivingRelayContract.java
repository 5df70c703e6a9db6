package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.spi.RelayController;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * What a {@link RelayController} keeps whose streams outlive the application: the rules of {@code docs/contracts/outliving-relay.md}, beyond those of {@link RelayControllerContract}. Extend it, supply
 * a relay, the relay of the application's next life and publishers, inherit the tests.
 */
public abstract class OutlivingRelayContract extends RelayFixture {

    private static final DestinationId GOOD = new DestinationId("good");

    /** For those who extend it. */
    protected OutlivingRelayContract() {}

    /** The relay of the application's next life, that is not open: what went on since that one was closed shows up at it. The kit closes it. */
    protected abstract RelayController successor(RelayController closed);

    /** A push target that takes streams. */
    protected abstract PushTarget takingTarget();

    /** How often a relay opened that target since the test began. */
    protected abstract int timesOpened();

    @Test
    @Rule({"OUT-01", "OUT-02", "OUT-04", "OUT-05", "OUT-06", "OUT-07", "OUT-08"})
    void whatGoesOnIsTakenUpAsItIsAndLivesOn() {
        var within = relay.resumesWithin();
        assertThat(within).isPositive();
        authority.pushes = List.of(new Push(GOOD, takingTarget()));
        var live = settled(KEY);
        await("it is live", () -> authority.statesOf(live.session(), "good").contains(State.LIVE));
        beatAgain(live.session());
        var first = authority;
        leave();
        watch(() -> assertThat(live.publisher().isConnected()).isTrue());

        comeBack(live.session());
        assertThat(relay.resumesWithin()).isEqualTo(within);
        var opened = System.nanoTime();
        await("it shows up", () -> authority.resumed.containsKey(live.session()));
        assertThat(Duration.ofNanos(System.nanoTime() - opened)).isLessThanOrEqualTo(within);
        var request = authority.resumes.get(0);
        assertThat(request.streamKey().reveal()).isEqualTo(KEY);
        assertThat(request.remoteAddress()).isNotBlank();
        assertThat(request.age()).isBetween(Duration.ZERO, Duration.ofMinutes(5));
        assertThat(request.goesTo().test(takingTarget())).isTrue();
        assertThat(request.goesTo().test(new PushTarget(takingTarget().server(), Secret.of("another-key-0001"))))
                .isFalse();

        await(
                "it is live again",
                () -> authority.statesOf(live.session(), "good").contains(State.LIVE));
        beatAgain(live.session());
        assertThat(authority.statesOf(live.session(), "good"))
                .containsOnlyOnce(State.LIVE)
                .doesNotContain(State.RETRYING, State.FAILED);
        assertThat(timesOpened()).isEqualTo(1);
        assertThat(authority.resumes).hasSize(1);
        assertThat(authority.requests).isEmpty();
        relay.disconnect(live.session());
        await("it is cut off", () -> !live.publisher().isConnected());
        awaitEnd(live.session(), EndCause.LEFT);
        assertThat(first.ends).isEmpty();
        assertThat(authority.ends).hasSize(1);
    }

    @Test
    @Rule("OUT-03")
    void nobodyGetsInWhileTheApplicationIsAway() {
        settled(KEY);
        var asked = authority;
        leave();
        var late = start(KEY + "late");
        await("who comes is turned away", () -> !late.isConnected());
        assertThat(asked.requests).hasSize(1);
        assertThat(asked.ends).isEmpty();
    }

    @Test
    @Rule({"OUT-09", "OUT-10"})
    void whoCannotBeDecidedAboutStaysAndWhoIsOverGoes() {
        var live = settled(KEY);
        leave();
        var next = new RelayWitness();
        next.failing = true;
        comeBack(next, live.session());
        await("it shows up twice", () -> next.resumes.size() >= 2);
        assertThat(live.publisher().isConnected()).isTrue();

        next.failing = false;
        next.refusal = Refusal.OVER;
        await("it is cut off", () -> !live.publisher().isConnected());
        watch(() -> assertThat(next.toldNothing()).isTrue());
        assertThat(next.requests).isEmpty();
    }

    @Test
    @Rule({"OUT-11", "OUT-12"})
    void eachIsTakenUpForItselfAndNotWhoLeftMeanwhile() {
        var left = settled(KEY);
        var first = settled(KEY + "b");
        var second = settled(KEY + "b");
        leave();
        left.publisher().stop();
        comeBack(first.session(), second.session());
        await("both show up", () -> authority.resumed.size() == 2);
        beatAgain(first.session());
        beatAgain(second.session());
        assertThat(authority.resumes)
                .hasSize(2)
                .allSatisfy(request -> assertThat(request.streamKey().reveal()).isEqualTo(KEY + "b"));

        relay.disconnect(second.session());
        awaitEnd(second.session(), EndCause.LEFT);
        beatAgain(first.session());
        assertThat(authority.ends).hasSize(1);
        assertThat(first.publisher().isConnected() ^ second.publisher().isConnected())
                .isTrue();
    }

    /** It gave proof of life, and whoever remembers the answer had time to. */
    private Live settled(String key) {
        var live = admitted(key);
        beatAgain(live.session());
        return live;
    }

    private void beatAgain(SessionId session) {
        var beats = authority.beatsOf(session);
        await("another proof of life", () -> authority.beatsOf(session) > beats);
    }

    private void leave() {
        relay.close();
        relay.close();
        assertThat(authority.ends).isEmpty();
    }

    private void comeBack(SessionId... sessions) {
        var next = new RelayWitness();
        next.pushes = authority.pushes;
        comeBack(next, sessions);
    }

    private void comeBack(RelayWitness next, SessionId... sessions) {
        next.before.addAll(List.of(sessions));
        authority = next;
        relay = successor(relay);
        assertThat(relay.open(next)).isEqualTo(ingest);
    }
}
