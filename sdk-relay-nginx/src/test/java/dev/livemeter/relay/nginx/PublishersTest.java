package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Who may publish and who has to go, on time that stands still and without nginx. */
class PublishersTest {

    private static final Answer PASSED_ON = new Answer.PassTo("rtmp://1.1.1.1:1935/app/platform-key");

    private final ManualTime time = ManualTime.create();
    private final ScriptedAuthority authority = new ScriptedAuthority();
    private final List<String> cuts = new ArrayList<>();
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
            new Random(1));
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
        return new Publishers.Heartbeat(client, Secret.of("ec_live_alice_key"), "192.0.2.7", Duration.ofSeconds(9));
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
        void refusesWithTheStatusOfTheReason() {
            for (var reason : Refusal.values()) {
                authority.refusal = request -> reason;
                assertThat(publish(reason.httpStatus() * 10L + reason.name().length(), "key"))
                        .isEqualTo(new Answer.Deny(reason.httpStatus()));
            }
            assertThat(authority.ends).isEmpty();
        }

        @Test
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
        void aConnectionPublishesOnce() {
            admitted(1, "key");
            publishers.left(1);
            assertThat(publish(1, "key")).isEqualTo(Answer.FORBIDDEN);
        }

        @Test
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
            assertThat(publishers.lane(1, session.value())).isEmpty();
            publishers.left(1);
            time.advance(Duration.ofMinutes(1));
            assertThat(authority.endsOf(session)).isEqualTo(1);
        }
    }

    @Nested
    class Cutting {

        @Test
        void orderAndHeartbeatWorkTogether() {
            var session = admitted(1, "key");
            publishers.disconnect(session);
            publishers.disconnect(session);
            assertThat(cuts).containsExactly("live/" + session);
            assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.PAYMENT_REQUIRED);
            assertThat(publishers.lane(1, session.value())).isEmpty();
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
        private PushLane lane;

        private void live(String server) {
            authority.pushes = request -> List.of(ScriptedAuthority.push("d", server, "platform-key"));
            session = admitted(1, "key");
            lane = publishers.lane(1, session.value()).orElseThrow();
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

        @Test
        void aSlotBeyondTheDestinationsLeadsNowhere() {
            live("rtmp://platform.test/app");
            assertThat(publishers.lane(2, session.value())).isEmpty();
            assertThat(publishers.lane(1, "key")).isEmpty();
        }

        @Test
        void aDestinationIsLiveOnceItHeldForASecond() {
            live("rtmp://platform.test/app");
            assertThat(lane.opened(10)).isEqualTo(PASSED_ON);
            lane.pushing(11);
            pass(Duration.ofMillis(999));
            assertThat(history()).containsExactly(State.CONNECTING);
            pass(Duration.ofMillis(1));
            assertThat(history()).containsExactly(State.CONNECTING, State.LIVE);
        }

        @Test
        void aServerThatClosesAtOnceWasNeverLive() {
            live("rtmp://platform.test/app");
            lane.opened(10);
            lane.pushing(11);
            pass(Duration.ofMillis(400));
            lane.pushDone(11);
            pass(Duration.ofMillis(300));
            assertThat(history()).containsExactly(State.CONNECTING, State.RETRYING);
            pass(Duration.ofSeconds(5));
            assertThat(history()).containsExactly(State.CONNECTING, State.RETRYING);
            assertThat(cuts).containsExactly("slot1/" + session);
        }

        @Test
        void aServerThatSaysNothingIsGivenUpAndTriedAgain() {
            live("rtmp://platform.test/app");
            lane.opened(10);
            pass(pace.connect());
            assertThat(history()).containsExactly(State.CONNECTING, State.RETRYING);
            pass(Duration.ofSeconds(3));
            assertThat(cuts).containsExactly("slot1/" + session);
            lane.closed(10);
            assertThat(lane.opened(12)).isEqualTo(PASSED_ON);
            assertThat(history()).containsExactly(State.CONNECTING, State.RETRYING, State.CONNECTING);
        }

        @Test
        void waitsLongerFromFailureToFailure() {
            live("rtmp://platform.test/app");
            lane.opened(10);
            lane.pushDone(11);
            pass(pace.grace());
            for (var client = 20; client < 60; client += 10) {
                pass(Duration.ofMinutes(2));
                lane.opened(client);
                lane.pushDone(client + 1L);
                pass(pace.grace());
            }
            assertThat(lane.opened(70)).isEqualTo(Answer.FORBIDDEN);
            pass(Duration.ofSeconds(15));
            assertThat(lane.opened(71)).isEqualTo(Answer.FORBIDDEN);
            pass(Duration.ofSeconds(25));
            assertThat(lane.opened(72)).isEqualTo(PASSED_ON);
        }

        @Test
        void aPrivateAddressIsFinal() {
            live("rtmp://private.test/app");
            assertThat(lane.opened(10)).isEqualTo(Answer.FORBIDDEN);
            pass(Duration.ofMinutes(5));
            assertThat(lane.opened(11)).isEqualTo(Answer.FORBIDDEN);
            assertThat(history()).containsExactly(State.FAILED);
        }

        @Test
        void theEndOfTheStreamIsNoFailureOfADestination() {
            live("rtmp://platform.test/app");
            lane.opened(10);
            lane.pushing(11);
            pass(Duration.ofSeconds(1));
            lane.pushDone(11);
            lane.closed(10);
            publishers.left(1);
            pass(Duration.ofMinutes(1));
            assertThat(history()).containsExactly(State.CONNECTING, State.LIVE);
        }

        @Test
        void callbacksOfAnEarlierEpisodeAreIgnored() {
            live("rtmp://platform.test/app");
            lane.opened(10);
            lane.pushing(11);
            pass(Duration.ofSeconds(1));
            lane.closed(10);
            lane.opened(12);
            lane.pushDone(11);
            lane.closed(10);
            lane.pushing(13);
            pass(Duration.ofSeconds(1));
            assertThat(history()).containsExactly(State.CONNECTING, State.LIVE, State.CONNECTING, State.LIVE);
            assertThat(lane.heartbeat(10)).isEqualTo(Answer.FORBIDDEN);
            assertThat(lane.heartbeat(12)).isEqualTo(Answer.GO);
        }
    }
}
