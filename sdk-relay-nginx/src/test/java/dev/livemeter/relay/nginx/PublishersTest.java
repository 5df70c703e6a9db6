package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.PublishRequest;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.testing.ManualTime;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who may publish and who has to go, on time that stands still and without nginx. */
class PublishersTest {

    private static final String THERE = ScriptedPushes.address("platform-key");

    private final ManualTime time = ManualTime.create();
    private final ScriptedAuthority authority = new ScriptedAuthority();
    private final List<String> cuts = new ArrayList<>();
    private final ScriptedPushes nginx = new ScriptedPushes();
    private final Pace pace = Pace.of(Duration.ofSeconds(1));
    private final PushLane.Surroundings around = new PushLane.Surroundings(
            new PushResolver(
                    host -> new InetAddress[] {IpLiteral.address(host.startsWith("private") ? "10.0.0.1" : "1.1.1.1")},
                    new AddressPolicy(false, Set.of()),
                    Duration.ofSeconds(1),
                    Runnable::run),
            (application, stream) -> cuts.add(application + "/" + stream),
            pace,
            time,
            time,
            new Random(1),
            nginx);
    private final List<Runnable> handedOver = new ArrayList<>();
    private boolean handsOver;
    private final Publishers publishers =
            new Publishers(new AuthorityCalls(authority, this::work, Duration.ofSeconds(2)), around, "live", 2);

    private void work(Runnable task) {
        if (handsOver) {
            handedOver.add(task);
        } else {
            task.run();
        }
    }

    private static Publishers.Heartbeat sign(long client) {
        return new Publishers.Heartbeat(
                client, Secret.of("ec_live_alice_key"), "192.0.2.7", Duration.ofSeconds(9), OptionalLong.empty());
    }

    private Answer publish(long client, String key) {
        return publishers.publish(client, Secret.of(key), "192.0.2.1");
    }

    private SessionId admitted(long client, String key) {
        var answer = publish(client, key);
        assertThat(answer).isEqualTo(new Answer.Rename(authority.session(key).value()));
        return authority.session(key);
    }

    @Nested
    class LettingIn {

        @Test
        void renamesTheStreamToTheSession() {
            var session = admitted(1, "key");
            assertThat(authority.requests).containsExactly(new PublishRequest(Secret.of("key"), "192.0.2.1"));
            assertThat(session.value()).doesNotContain("key");
        }

        @Test
        @DisplayName("Acceptance 3: refuses with the status of the reason")
        void refusesWithTheStatusOfTheReason() {
            for (var reason : Refusal.values()) {
                authority.refusal = request -> reason;
                assertThat(publish(reason.httpStatus() * 10L + reason.name().length(), "key"))
                        .isEqualTo(new Answer.Deny(reason.httpStatus()));
            }
            assertThat(authority.ends).isEmpty();
        }

        @Test
        @DisplayName("Acceptance 7: an end that came before its beginning keeps the door shut")
        void anEndThatCameBeforeItsBeginningKeepsTheDoorShut() {
            publishers.left(1);
            assertThat(publish(1, "key")).isEqualTo(Answer.FORBIDDEN);
            assertThat(authority.requests).isEmpty();
        }

        @Test
        void anEndWhileTheAuthorityDecidesIsNoticed() {
            authority.beforeAnswer = () -> publishers.left(1);
            assertThat(publish(1, "key")).isEqualTo(Answer.FORBIDDEN);
            assertThat(authority.end(authority.session("key")).cause()).isEqualTo(EndCause.LEFT);
            assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.FORBIDDEN);
        }

        @Test
        void aSecondPublishOfOneConnectionEndsTheFirst() {
            var session = admitted(1, "key");
            assertThat(publish(1, "other")).isEqualTo(Answer.FORBIDDEN);
            assertThat(authority.requests).hasSize(1);
            assertThat(authority.end(session).cause()).isEqualTo(EndCause.LEFT);
            assertThat(cuts).contains("live/" + session);
            publishers.left(1);
            assertThat(authority.ends).hasSize(1);
        }

        @Test
        void whoTakesOverIsNotTouchedByWhatComesLateOfTheFirst() {
            authority.pushes =
                    request -> List.of(ScriptedAuthority.push("p", "rtmp://youtube.test/app", "platform-key"));
            var first = admitted(1, "key");
            publishers.begun(first.value());
            authority.beforeAnswer = () -> {
                publishers.disconnect(first);
                publishers.left(1);
            };
            var second = admitted(2, "key");
            authority.beforeAnswer = () -> {};
            assertThat(authority.ends).singleElement().satisfies(end -> {
                assertThat(end.session()).isEqualTo(first);
                assertThat(end.cause()).isEqualTo(EndCause.LEFT);
            });

            assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.FORBIDDEN);
            publishers.left(1);
            publishers.begun(first.value());
            publishers.pushes().done(first.value(), 7, THERE);
            assertThat(publishers.pushes().begins(first.value(), 8, THERE)).isEqualTo(Answer.FORBIDDEN);
            publishers.disconnect(first);
            time.advance(Duration.ofSeconds(2));
            assertThat(cuts).isNotEmpty().allMatch(("live/" + first)::equals);
            assertThat(publishers.heartbeat(sign(2))).isEqualTo(Answer.GO);
            assertThat(publishers.present()).extracting(RelayedSession::id).containsExactly(second);
            assertThat(authority.ends).hasSize(1);
        }

        @Test
        void whoSendsNothingIsProvenUpToWhatItLastSent() {
            var session = admitted(1, "key");
            var incoming = publishers.present().get(0).incoming();
            for (var second = 1; second <= 10; second++) {
                time.advance(Duration.ofSeconds(1));
                incoming.counted(1_000L * Math.min(second, 6), time.nanoTime());
                assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.GO);
            }
            assertThat(authority.silences).containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(4));
            assertThat(authority.ends).isEmpty();

            publishers.left(1);
            assertThat(authority.silences).hasSize(3).endsWith(Duration.ofSeconds(4));
            assertThat(authority.end(session).cause()).isEqualTo(EndCause.SILENT);
            assertThat(authority.ends).hasSize(1);
        }

        @Test
        void whoSendsAgainIsProvenUpToNow() {
            admitted(1, "key");
            var incoming = publishers.present().get(0).incoming();
            for (var second = 1; second <= 6; second++) {
                time.advance(Duration.ofSeconds(1));
                incoming.counted(second < 6 ? 1 : 2, time.nanoTime());
                assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.GO);
            }
            assertThat(authority.silences)
                    .as("of all but the last")
                    .containsExactly(Duration.ofSeconds(3), Duration.ofSeconds(4));
            publishers.left(1);
            assertThat(authority.silences).hasSize(2);
            assertThat(authority.ends)
                    .singleElement()
                    .satisfies(end -> assertThat(end.cause()).isEqualTo(EndCause.LEFT));
        }

        @Test
        void whatIsNotLookedAtAnyMoreIsNotCalledSilent() {
            admitted(1, "key");
            var incoming = publishers.present().get(0).incoming();
            incoming.counted(1, time.nanoTime());
            for (var second = 1; second <= 8; second++) {
                time.advance(Duration.ofSeconds(1));
                if (second == 1) {
                    incoming.counted(1, time.nanoTime());
                }
                assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.GO);
            }
            assertThat(authority.silences).isEmpty();
        }

        @Test
        void aConnectionPublishesOnce() {
            admitted(1, "key");
            publishers.left(1);
            assertThat(publish(1, "key")).isEqualTo(Answer.FORBIDDEN);
        }

        @Test
        @DisplayName("Acceptance 3: an authority that fails lets nobody in")
        void anAuthorityThatFailsLetsNobodyIn() {
            authority.beforeAnswer = () -> {
                throw new IllegalStateException("no database");
            };
            assertThat(publish(1, "key")).isEqualTo(Answer.UNAVAILABLE);
        }

        @Test
        void anAdmissionThatComesTooLateIsReportedAsEnded() {
            var slow = new CountDownLatch(1);
            authority.beforeAnswer = () -> {
                try {
                    slow.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            };
            var threads = Executors.newCachedThreadPool();
            try {
                var calls = new AuthorityCalls(authority, threads, Duration.ofMillis(50));
                var hasty = new Publishers(calls, around, "live", 2);
                assertThat(hasty.publish(1, Secret.of("key"), "192.0.2.1")).isEqualTo(Answer.UNAVAILABLE);
                assertThat(authority.ends).isEmpty();
                slow.countDown();
                Await.until("it was admitted after all", () -> authority.session("key") != null);
                assertThat(authority.end(authority.session("key")).cause()).isEqualTo(EndCause.LEFT);
                calls.awaitQuiet(Duration.ofSeconds(2));
            } finally {
                threads.shutdown();
            }
        }

        @Test
        void nobodyComesInAfterTheEnd() {
            publishers.endAll(EndCause.LEFT);
            assertThat(publish(1, "key")).isEqualTo(Answer.UNAVAILABLE);
            assertThat(authority.requests).isEmpty();
        }
    }

    @Nested
    class Living {

        @Test
        void anUnknownPublisherHasToGo() {
            assertThat(publishers.heartbeat(sign(99))).isEqualTo(Answer.FORBIDDEN);
            assertThat(authority.beats).isEmpty();
        }

        @Test
        void whoMayNotGoOnIsToldSoAndCut() {
            var session = admitted(1, "key");
            authority.alive = any -> false;
            assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.PAYMENT_REQUIRED);
            assertThat(cuts).containsExactly("live/" + session);
            assertThat(authority.ends).isEmpty();
            publishers.left(1);
            assertThat(authority.endsOf(session)).isEqualTo(1);
        }

        @Test
        void oneUndecidedHeartbeatIsForgivenTwoInARowAreNot() {
            admitted(1, "key");
            authority.alive = any -> {
                throw new IllegalStateException("no database");
            };
            assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.GO);
            authority.alive = any -> true;
            assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.GO);
            authority.alive = any -> {
                throw new IllegalStateException("no database");
            };
            assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.GO);
            assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.UNAVAILABLE);
            assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.PAYMENT_REQUIRED);
        }

        @Test
        void whatIsKnownAtOnceIsAnsweredByWhoAsks() {
            var session = admitted(1, "key");
            authority.aliveAtOnce = any -> true;
            assertThat(answersWithoutWorkers()).containsExactly(Answer.GO);
            assertThat(authority.beats).containsExactly(session);
            assertThat(handedOver).isEmpty();

            publishers.disconnect(session);
            assertThat(answersWithoutWorkers()).containsExactly(Answer.PAYMENT_REQUIRED);
        }

        @Test
        void whatIsNotKnownAtOnceIsAskedInAnotherThread() {
            var session = admitted(1, "key");
            var answers = answersWithoutWorkers();
            assertThat(answers).isEmpty();
            authority.alive = any -> false;
            handedOver.forEach(Runnable::run);
            assertThat(answers).containsExactly(Answer.PAYMENT_REQUIRED);
            assertThat(cuts).containsExactly("live/" + session);
        }

        @Test
        void aQuickAnswerThatFailsIsNone() {
            admitted(1, "key");
            authority.aliveAtOnce = any -> {
                throw new IllegalStateException("a bug");
            };
            var answers = answersWithoutWorkers();
            assertThat(answers).isEmpty();
            handedOver.forEach(Runnable::run);
            assertThat(answers).containsExactly(Answer.GO);
        }

        @Test
        void aQuickAnswerForgivesAnUndecidedOne() {
            admitted(1, "key");
            authority.alive = any -> {
                throw new IllegalStateException("no database");
            };
            for (var i = 0; i < 3; i++) {
                assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.GO);
                authority.aliveAtOnce = any -> true;
                assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.GO);
                authority.aliveAtOnce = any -> false;
            }
        }

        private List<Answer> answersWithoutWorkers() {
            var answers = new ArrayList<Answer>();
            handsOver = true;
            publishers.heartbeat(sign(1), answers::add);
            handsOver = false;
            return answers;
        }

        @Test
        void ofManyWhoFallSilentEachIsLostSoonAfterItsTime() {
            for (var client = 1; client <= 300; client++) {
                admitted(client, "key" + client);
                time.advance(Duration.ofMillis(10));
            }
            // The first one is due now, and each of the others 10 ms after the one before.
            for (var due = 1; due <= 330; due++) {
                var late = due - 26;
                assertThat(authority.ends.size()).as("after %d", due).isBetween(Math.min(Math.max(late, 0), 300), due);
                time.advance(Duration.ofMillis(10));
            }
            assertThat(authority.ends).hasSize(300).allMatch(end -> end.cause() == EndCause.LOST);
            assertThat(publishers.present()).isEmpty();
        }

        @Test
        void whoComesAfterEverybodyLeftIsWatchedAsWell() {
            admitted(1, "key");
            publishers.left(1);
            time.advance(Duration.ofMinutes(1));
            var session = admitted(2, "other");
            time.advance(Duration.ofSeconds(3));
            assertThat(authority.end(session).cause()).isEqualTo(EndCause.LOST);
        }

        @Test
        @DisplayName("Acceptance 8: who falls silent is lost once")
        void whoFallsSilentIsLostOnce() {
            var session = admitted(1, "key");
            for (var second = 0; second < 10; second++) {
                time.advance(Duration.ofSeconds(1));
                assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.GO);
            }
            time.advance(Duration.ofMillis(2999));
            assertThat(authority.ends).isEmpty();
            time.advance(Duration.ofMillis(1));
            assertThat(authority.end(session).cause()).isEqualTo(EndCause.LOST);
            assertThat(cuts).contains("live/" + session);
            assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.FORBIDDEN);
            assertThat(publishers.lanes(session)).isEmpty();
            publishers.left(1);
            time.advance(Duration.ofMinutes(1));
            assertThat(authority.endsOf(session)).isEqualTo(1);
        }
    }

    @Nested
    class Cutting {

        @Test
        @DisplayName("Acceptance 4: order and heartbeat work together")
        void orderAndHeartbeatWorkTogether() {
            var session = admitted(1, "key");
            publishers.disconnect(session);
            publishers.disconnect(session);
            assertThat(cuts).containsExactly("live/" + session);
            assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.PAYMENT_REQUIRED);
            assertThat(publishers.lanes(session)).isEmpty();
            time.advance(Duration.ofMillis(400));
            assertThat(cuts).hasSize(3);
            time.advance(Duration.ofSeconds(9));
            assertThat(cuts).hasSize(6);
            assertThat(authority.endsOf(session)).isEqualTo(1);
        }

        @Test
        void whoEndsAsSoonAsItBeganIsCutForCertain() {
            var session = admitted(1, "key");
            publishers.left(1);
            time.advance(Duration.ofSeconds(5));
            assertThat(cuts).hasSize(6).containsOnly("live/" + session);
            assertThat(authority.ends).hasSize(1);
        }

        @Test
        void nobodyIsCutForAnUnknownSession() {
            admitted(1, "key");
            publishers.disconnect(new SessionId("nobody-there"));
            assertThat(cuts).isEmpty();
        }
    }

    @Nested
    class PassingOn {

        private SessionId session;

        private void begin(String server) {
            authority.pushes = request -> List.of(ScriptedAuthority.push("d", server, "platform-key"));
            session = admitted(1, "key");
            publishers.begun(session.value());
            time.runDue();
        }

        private void begin() {
            begin("rtmp://platform.test/app");
        }

        private Answer pushing(long client) {
            return publishers.pushes().begins(session.value(), client, THERE);
        }

        private void pushDone(long client) {
            publishers.pushes().done(session.value(), client, THERE);
        }

        /** Time passes while the publisher goes on, unless it left. */
        private void pass(Duration span) {
            for (var left = span; left.compareTo(Duration.ZERO) > 0; left = left.minusSeconds(1)) {
                time.advance(left.compareTo(Duration.ofSeconds(1)) < 0 ? left : Duration.ofSeconds(1));
                publishers.heartbeat(sign(1));
            }
        }

        private List<State> history() {
            return authority.history("key", "d");
        }

        private String lastDetail() {
            return authority.changes.get(authority.changes.size() - 1).detail();
        }

        @Test
        void nothingIsOpenedBeforeNginxHasTheStream() {
            authority.pushes =
                    request -> List.of(ScriptedAuthority.push("d", "rtmp://platform.test/app", "platform-key"));
            session = admitted(1, "key");
            pass(Duration.ofSeconds(2));
            assertThat(nginx.opened).isEmpty();
            publishers.begun("another");
            publishers.begun("key");
            time.runDue();
            assertThat(nginx.opened).isEmpty();
            publishers.begun(session.value());
            publishers.begun(session.value());
            time.runDue();
            assertThat(nginx.met).containsExactly(session);
            assertThat(nginx.opened).containsExactly("rtmp://" + THERE);
            publishers.left(1);
            assertThat(nginx.met).isEmpty();
        }

        @Test
        void aStreamThatNginxDidNotTellOfHasBegunOnceItGaveHeartbeatsForSomeTime() {
            authority.pushes =
                    request -> List.of(ScriptedAuthority.push("d", "rtmp://platform.test/app", "platform-key"));
            session = admitted(1, "key");
            pass(Duration.ofSeconds(3));
            assertThat(nginx.opened).isEmpty();
            pass(Duration.ofSeconds(2));
            assertThat(nginx.opened).containsExactly("rtmp://" + THERE);
        }

        @Test
        void aDestinationIsLiveOnceItHeldForASecond() {
            begin();
            assertThat(pushing(11)).isEqualTo(Answer.GO);
            pass(Duration.ofMillis(999));
            assertThat(history()).containsExactly(State.CONNECTING);
            pass(Duration.ofMillis(1));
            assertThat(history()).containsExactly(State.CONNECTING, State.LIVE);
        }

        @Test
        void aServerThatClosesAtOnceWasNeverLive() {
            begin();
            pushing(11);
            pass(Duration.ofMillis(400));
            pushDone(11);
            pass(Duration.ofMillis(300));
            assertThat(history()).containsExactly(State.CONNECTING, State.RETRYING);
            pass(Duration.ofSeconds(1));
            assertThat(history()).containsExactly(State.CONNECTING, State.RETRYING);
            assertThat(nginx.opened).hasSize(1);
            pass(Duration.ofSeconds(2));
            assertThat(nginx.opened).hasSize(2);
        }

        @Test
        void anEndThatIsToldBeforeItsBeginningIsAnEnd() {
            begin();
            pushDone(11);
            assertThat(pushing(11)).isEqualTo(Answer.FORBIDDEN);
            pass(Duration.ofMillis(300));
            assertThat(history()).containsExactly(State.CONNECTING, State.RETRYING);
        }

        @Test
        @DisplayName("Acceptance 6: a server that says nothing is given up and tried again")
        void aServerThatSaysNothingIsGivenUpAndTriedAgain() {
            begin();
            pass(pace.connect());
            assertThat(history()).containsExactly(State.CONNECTING, State.RETRYING);
            assertThat(lastDetail()).isEqualTo("The server did not answer within 5 seconds.");
            assertThat(pushing(11)).as("it answers too late").isEqualTo(Answer.FORBIDDEN);
            pass(Duration.ofSeconds(3));
            assertThat(nginx.opened).hasSize(2);
            assertThat(history()).containsExactly(State.CONNECTING, State.RETRYING, State.CONNECTING);
        }

        @Test
        void oneConnectionIsEnough() {
            begin();
            assertThat(pushing(11)).isEqualTo(Answer.GO);
            assertThat(pushing(12)).isEqualTo(Answer.FORBIDDEN);
            assertThat(pushing(11)).isEqualTo(Answer.GO);
        }

        @Test
        void whereNoLineLeadsToTheStreamItIsSaidAndTriedAgain() {
            nginx.outcome = Pusher.Outcome.NO_LINE;
            begin();
            pass(pace.grace());
            assertThat(history()).containsExactly(State.CONNECTING, State.RETRYING);
            assertThat(lastDetail())
                    .isEqualTo(
                            "The relay's settings changed while this stream was on air, and it cannot be passed on to anything new until it is begun again.");
            nginx.outcome = Pusher.Outcome.NOT_NOW;
            pass(Duration.ofSeconds(3));
            assertThat(lastDetail()).isEqualTo("The relay cannot be reached right now.");
        }

        @Test
        @DisplayName("Acceptance 6: waits longer from failure to failure")
        void waitsLongerFromFailureToFailure() {
            begin();
            for (var failure = 0; failure < 5; failure++) {
                pass(Duration.ofMinutes(2));
            }
            var before = nginx.opened.size();
            publishers.retryNow(session, new DestinationId("d"));
            pass(Duration.ofMinutes(10));
            assertThat(nginx.opened.size() - before).isBetween(10, 22);
            assertThat(authority.retries).anySatisfy(next -> assertThat(next).isLessThan(Duration.ofSeconds(3)));
            assertThat(authority.retries).anySatisfy(next -> assertThat(next).isGreaterThan(Duration.ofSeconds(30)));
        }

        @Test
        void aPrivateAddressIsFinal() {
            begin("rtmp://private.test/app");
            pass(Duration.ofMinutes(5));
            assertThat(nginx.opened).isEmpty();
            assertThat(history()).containsExactly(State.FAILED);
        }

        @Test
        void theEndOfTheStreamIsNoFailureOfADestination() {
            begin();
            pushing(11);
            pass(Duration.ofSeconds(1));
            pushDone(11);
            publishers.left(1);
            pass(Duration.ofMinutes(1));
            assertThat(history()).containsExactly(State.CONNECTING, State.LIVE);
            assertThat(nginx.opened).hasSize(1);
        }

        @Test
        void whatIsToldOfAnEarlierConnectionIsIgnored() {
            begin();
            pushing(11);
            pass(Duration.ofSeconds(1));
            pushDone(11);
            pass(Duration.ofSeconds(3));
            assertThat(nginx.opened).hasSize(2);
            assertThat(pushing(13)).isEqualTo(Answer.GO);
            pushDone(11);
            pass(Duration.ofSeconds(1));
            assertThat(history())
                    .containsExactly(State.CONNECTING, State.LIVE, State.RETRYING, State.CONNECTING, State.LIVE);
            assertThat(publishers.pushes().heartbeat(session.value(), 11, THERE, 0))
                    .isEqualTo(Answer.FORBIDDEN);
            assertThat(publishers.pushes().heartbeat(session.value(), 13, THERE, 0))
                    .isEqualTo(Answer.GO);
        }
    }
}
