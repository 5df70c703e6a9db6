package dev.livemeter.testing.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.spi.RelayController;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/**
 * What every {@link RelayController} keeps: the rules of {@code docs/contracts/relay.md}. Extend it, supply a relay and publishers, inherit
 * the tests. They wait for what a relay does in its own time, at most {@link #patience()}.
 */
public abstract class RelayControllerContract extends RelayFixture {

    /** For those who extend it. */
    protected RelayControllerContract() {}

    /** A push target that takes streams. */
    protected abstract PushTarget takingTarget();

    /** A push target of the right form where nobody answers. */
    protected abstract PushTarget deadTarget();

    /** An encoder. */
    public interface Publisher extends AutoCloseable {

        /** Begins to publish; returns at once, whether it will get in or not. */
        void start();

        /** Whether the relay has not turned it away or cut it off, and it did not stop. */
        boolean isConnected();

        /**
         * From now on holds its connection and sends nothing, until it is stopped.
         *
         * @return whether it can; where it cannot, the rule on standing still is skipped
         */
        default boolean standStill() {
            return false;
        }

        /** Stops by itself. */
        void stop();

        /** Stops, if it did not yet. */
        @Override
        void close();
    }

    @Nested
    class LettingIn {

        @Test
        @Rule("REL-01")
        void tellsWhereEncodersPublish() {
            assertThat(ingest.url().getScheme()).isIn("rtmp", "rtmps");
            assertThat(ingest.url().getHost()).isNotBlank();
            assertThat(ingest.url().getPath()).startsWith("/").hasSizeGreaterThan(1);
            assertThat(ingest.url().getRawUserInfo()).isNull();
            assertThat(ingest.url().getRawQuery()).isNull();
        }

        @Test
        @Rule("REL-02")
        void asksWithTheKeyThatTheEncoderSent() {
            admitted(KEY);
            assertThat(authority.requests).hasSize(1).allSatisfy(request -> {
                assertThat(request.streamKey().reveal()).isEqualTo(KEY);
                assertThat(request.remoteAddress()).isNotBlank();
            });
        }

        @Test
        @Rule("REL-03")
        void turnsAwayWhoIsRefused() {
            for (var reason : Refusal.values()) {
                authority.refusal = reason;
                var publisher = start(KEY + reason.httpStatus());
                await("a publisher refused with " + reason + " is disconnected", () -> !publisher.isConnected());
            }
            assertThat(authority.requests).hasSizeGreaterThanOrEqualTo(Refusal.values().length);
            watch(() -> assertThat(authority.toldNothing()).isTrue());
        }

        @Test
        @Rule("REL-04")
        void letsNobodyInWithoutADecision() {
            authority.failing = true;
            var publisher = start(KEY);
            await("the publisher is disconnected", () -> !publisher.isConnected());
            assertThat(authority.toldNothing()).isTrue();
        }

        @Test
        @Rule("REL-05")
        void keepsSessionsApart() {
            var first = admitted(KEY);
            var second = admitted(KEY);
            assertThat(first.session()).isNotEqualTo(second.session());

            second.publisher().stop();
            awaitEnd(second.session(), EndCause.LEFT);
            var beats = authority.beatsOf(first.session());
            await("the other one goes on", () -> authority.beatsOf(first.session()) > beats + 1);
            assertThat(first.publisher().isConnected()).isTrue();
            assertThat(authority.endsOf(first.session())).isEmpty();
        }

        @Test
        @Rule("REL-22")
        void oneMayBeCutOffWhileAnotherWaitsForItsAnswer() {
            var first = admitted(KEY);
            authority.beforeAnswer = () -> {
                relay.disconnect(first.session());
                awaitEnd(first.session(), EndCause.LEFT);
            };
            var second = admitted(KEY);
            authority.beforeAnswer = () -> {};
            await("the first one is cut off", () -> !first.publisher().isConnected());
            var beats = authority.beatsOf(second.session());
            await("the second one goes on", () -> authority.beatsOf(second.session()) > beats + 1);
            assertThat(second.publisher().isConnected()).isTrue();
            assertThat(authority.endsOf(second.session())).isEmpty();
            assertThat(authority.endsOf(first.session())).hasSize(1);
        }
    }

    @Nested
    class Living {

        @Test
        @Rule("REL-06")
        void givesProofOfLifeAgainAndAgain() {
            var live = admitted(KEY);
            await("three heartbeats", () -> authority.beatsOf(live.session()) >= 3);
            assertThat(live.publisher().isConnected()).isTrue();
        }

        @Test
        @Rule("REL-07")
        void cutsOffWhoMayNotGoOn() {
            var live = admitted(KEY);
            authority.mayGoOn = false;
            await("the publisher is cut off", () -> !live.publisher().isConnected());
            awaitEnd(live.session(), EndCause.LEFT);
        }

        @Test
        @Rule("REL-23")
        void tellsSinceWhenOneThatStandsStillHasSentNothing() {
            var live = admitted(KEY);
            // The report names the rule as skipped. Ours all play it.
            assumeTrue(live.publisher().standStill(), "publishers of this relay cannot stand still");
            await(
                    "its silence is told",
                    () -> !authority.silencesOf(live.session()).isEmpty());
            assertThat(live.publisher().isConnected()).isTrue();
            assertThat(authority.endsOf(live.session())).isEmpty();

            var told = authority.silencesOf(live.session()).size();
            live.publisher().stop();
            awaitEnd(live.session(), EndCause.SILENT);
            assertThat(authority.silencesOf(live.session()))
                    .as("it is told once more before the end")
                    .hasSizeGreaterThan(told)
                    .allSatisfy(silent -> assertThat(silent).isPositive());
        }
    }

    @Nested
    class Ending {

        @Test
        @Rule("REL-08")
        void reportsWhoHangsUp() {
            var live = admitted(KEY);
            live.publisher().stop();
            awaitEnd(live.session(), EndCause.LEFT);
        }

        @Test
        @Rule("REL-09")
        void cutsOffOnOrder() {
            var live = admitted(KEY);
            relay.disconnect(live.session());
            await("the publisher is cut off", () -> !live.publisher().isConnected());
            awaitEnd(live.session(), EndCause.LEFT);
        }

        @Test
        @Rule("REL-10")
        void ignoresOrdersThatAreOldOrRepeatedOrMeanNobody() {
            var live = admitted(KEY);
            relay.disconnect(new SessionId("nobody-at-all-0001"));
            relay.disconnect(live.session());
            relay.disconnect(live.session());
            awaitEnd(live.session(), EndCause.LEFT);
            relay.disconnect(live.session());
            watch(() -> assertThat(authority.endsOf(live.session())).hasSize(1));
            assertThat(authority.ends).hasSize(1);
        }

        @Test
        @Rule("REL-11")
        void tellsNothingOfASessionAfterItsEnd() {
            var live = admitted(KEY);
            live.publisher().stop();
            awaitEnd(live.session(), EndCause.LEFT);
            watch(() -> assertThat(authority.afterEnd).isEmpty());
        }

        @Test
        @Rule("REL-12")
        void closesOnlyAfterAllIsReported() {
            var first = admitted(KEY);
            var second = admitted(KEY + "b");
            if (!relay.resumesWithin().isZero()) {
                leavesItsStreamsAlone(first, second);
                return;
            }
            relay.close();
            assertThat(authority.endsOf(first.session())).containsExactly(EndCause.LEFT);
            assertThat(authority.endsOf(second.session())).containsExactly(EndCause.LEFT);
            await(
                    "both are cut off",
                    () -> !first.publisher().isConnected()
                            && !second.publisher().isConnected());

            var asked = authority.requests.size();
            var late = start(KEY + "late");
            await("nobody gets in any more", () -> !late.isConnected());
            assertThat(authority.requests).hasSize(asked);
            relay.close();
            relay.disconnect(first.session());
            assertThat(authority.ends).hasSize(2);
        }

        private void leavesItsStreamsAlone(Live first, Live second) {
            relay.close();
            var asked = authority.requests.size();
            relay.close();
            watch(() -> {
                assertThat(authority.endsOf(first.session())).isEmpty();
                assertThat(authority.endsOf(second.session())).isEmpty();
                assertThat(authority.requests).hasSize(asked);
            });
        }
    }

    @Nested
    class PassingOn {

        @Test
        @Rule("REL-13")
        void tellsWhenADestinationTakesTheStream() {
            authority.pushes = List.of(new Push(new DestinationId("good"), takingTarget()));
            var live = admitted(KEY);
            await("it is live", () -> authority.statesOf(live.session(), "good").contains(State.LIVE));
            assertThat(authority.statesOf(live.session(), "good")).startsWith(State.CONNECTING, State.LIVE);
        }

        @Test
        @Rule("REL-14")
        void neverCallsADeadDestinationLiveAndDisturbsNoOther() {
            authority.pushes = List.of(
                    new Push(new DestinationId("dead"), deadTarget()),
                    new Push(new DestinationId("good"), takingTarget()));
            var live = admitted(KEY);
            await(
                    "the good one is live",
                    () -> authority.statesOf(live.session(), "good").contains(State.LIVE));
            await(
                    "the dead one failed",
                    () -> authority.statesOf(live.session(), "dead").stream()
                            .anyMatch(state -> state == State.RETRYING || state == State.FAILED));
            watch(() -> assertThat(authority.statesOf(live.session(), "dead")).doesNotContain(State.LIVE));
            assertThat(authority.statesOf(live.session(), "good")).doesNotContain(State.RETRYING, State.FAILED);
        }

        @Test
        @Rule("REL-15")
        void judgesATargetByItsFormAlone() {
            assertThat(relay.objectionTo(takingTarget())).isEmpty();
            assertThat(relay.objectionTo(deadTarget())).isEmpty();
            var strange = new PushTarget(URI.create("gopher://host.test/live"), Secret.of("not-to-be-shown-0001"));
            assertThat(relay.objectionTo(strange)).isEqualTo(relay.objectionTo(strange));
            relay.objectionTo(strange)
                    .ifPresent(sentence -> assertThat(sentence).endsWith(".").doesNotContain("not-to-be-shown"));
            assertThat(authority.toldNothing()).isTrue();
            assertThat(authority.requests).isEmpty();
        }

        @Test
        @Rule("REL-16")
        void showsNoSecretWhenPrinted() {
            authority.pushes = List.of(new Push(new DestinationId("good"), takingTarget()));
            var live = admitted(KEY);
            assertThat(relay.toString())
                    .doesNotContain(KEY)
                    .doesNotContain(takingTarget().key().reveal())
                    .doesNotContain(live.session().value());
        }
    }

    @Nested
    class Changing {

        @Test
        @Rule("REL-17")
        void opensWhatIsNewAndLeavesAloneWhatStays() {
            authority.pushes = List.of(taking("first"));
            var live = admitted(KEY);
            awaitLive(live, "first", 1);

            var both = List.of(taking("first"), taking("second"));
            relay.pushTo(live.session(), both);
            awaitLive(live, "second", 1);
            relay.pushTo(live.session(), both);
            watch(() -> {
                assertThat(authority.statesOf(live.session(), "first")).containsExactly(State.CONNECTING, State.LIVE);
                assertThat(authority.statesOf(live.session(), "second")).containsExactly(State.CONNECTING, State.LIVE);
            });
        }

        @Test
        @Rule("REL-18")
        void closesWhatIsMissingWithoutAWord() {
            authority.pushes = List.of(taking("first"), taking("second"));
            var live = admitted(KEY);
            awaitLive(live, "first", 1);
            awaitLive(live, "second", 1);

            relay.pushTo(live.session(), List.of(taking("first")));
            relay.pushTo(live.session(), List.of());
            watch(() -> {
                assertThat(authority.statesOf(live.session(), "first")).containsExactly(State.CONNECTING, State.LIVE);
                assertThat(authority.statesOf(live.session(), "second")).containsExactly(State.CONNECTING, State.LIVE);
            });
            assertThat(live.publisher().isConnected()).isTrue();
            assertThat(relay.traffic(live.session())).isEmpty();
        }

        @Test
        @Rule("REL-19")
        void swapsATargetThatChanged() {
            authority.pushes = List.of(new Push(new DestinationId("first"), deadTarget()), taking("second"));
            var live = admitted(KEY);
            awaitLive(live, "second", 1);
            assertThat(authority.statesOf(live.session(), "first")).doesNotContain(State.LIVE);

            relay.pushTo(live.session(), List.of(taking("first"), taking("second")));
            awaitLive(live, "first", 1);
            assertThat(authority.statesOf(live.session(), "second")).containsExactly(State.CONNECTING, State.LIVE);
        }

        @Test
        @Rule("REL-20")
        void ignoresChangesOfWhatIsUnknownOrOver() {
            authority.pushes = List.of(taking("first"));
            var live = admitted(KEY);
            awaitLive(live, "first", 1);
            var nobody = new SessionId("nobody-at-all-0001");
            relay.pushTo(nobody, List.of(taking("second")));
            relay.retryNow(nobody, new DestinationId("first"));
            relay.retryNow(live.session(), new DestinationId("unheard-of"));
            relay.retryNow(live.session(), new DestinationId("first"));
            assertThat(relay.traffic(nobody)).isEmpty();
            watch(() -> assertThat(authority.statesOf(live.session(), "first"))
                    .containsExactly(State.CONNECTING, State.LIVE));

            live.publisher().stop();
            awaitEnd(live.session(), EndCause.LEFT);
            relay.pushTo(live.session(), List.of(taking("second")));
            relay.retryNow(live.session(), new DestinationId("first"));
            watch(() -> assertThat(authority.statesOf(live.session(), "second")).isEmpty());
            assertThat(authority.afterEnd).isEmpty();
        }

        @Test
        @Rule("REL-21")
        void triesAgainOnOrder() {
            authority.pushes = List.of(new Push(new DestinationId("dead"), deadTarget()));
            var live = admitted(KEY);
            await("it failed", () -> attempts(live) == 1 && authority.retriesOf(live.session(), "dead") > 0);
            relay.retryNow(live.session(), new DestinationId("dead"));
            await("it is tried again", () -> attempts(live) > 1);
            assertThat(authority.statesOf(live.session(), "dead")).doesNotContain(State.LIVE);
        }

        private long attempts(Live live) {
            return count(authority.statesOf(live.session(), "dead"), State.CONNECTING);
        }

        private Push taking(String name) {
            var server = takingTarget().server();
            return new Push(new DestinationId(name), new PushTarget(server, Secret.of("live_123_kit_" + name)));
        }

        private void awaitLive(Live live, String destination, int times) {
            await(
                    destination + " is live",
                    () -> count(authority.statesOf(live.session(), destination), State.LIVE) == times);
        }
    }

    private static long count(List<State> states, State state) {
        return states.stream().filter(state::equals).count();
    }
}
