package dev.livemeter.relay.nginx;

import static dev.livemeter.relay.nginx.ScriptedPushes.address;
import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.testing.ManualTime;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the heartbeats of pushes are needed, and when nginx may answer them itself; on time that stands still and without nginx. */
class PushHeartbeatsTest {

    private static final Answer NOBODY_NEEDS_THEM = new Answer.ForAll(Duration.ZERO);

    private final ManualTime time = ManualTime.create();
    private final Pace pace = Pace.of(Duration.ofSeconds(5));
    private final ScriptedAuthority authority = new ScriptedAuthority();
    private final AuthorityCalls calls = new AuthorityCalls(authority, Runnable::run, Duration.ofSeconds(2));
    private final Contact contact = new Contact(time);
    private final ScriptedPushes nginx = new ScriptedPushes();
    private final Publishers publishers = publishers(Duration.ZERO, Carried.nothing());
    private SessionId session;

    private Publishers publishers(Duration grace, Carried carried) {
        return new Publishers(
                calls,
                new PushLane.Surroundings(
                        new PushResolver(
                                host -> new InetAddress[] {IpLiteral.address("1.1.1.1")},
                                new AddressPolicy(false, Set.of()),
                                Duration.ofSeconds(1),
                                Runnable::run),
                        (application, stream) -> {},
                        pace,
                        time,
                        time,
                        new Random(1),
                        nginx),
                "live",
                2,
                new Bridging(grace, calls),
                carried,
                contact);
    }

    @BeforeEach
    void goLive() {
        authority.pushes = request -> List.of(push("a"), push("b"));
        publishers.publish(1, Secret.of("key"), "192.0.2.1");
        session = authority.session("key");
        publishers.begun(session.value());
        time.runDue();
        assertThat(publishers.pushes().begins(session.value(), 11, address("key-a")))
                .isEqualTo(Answer.GO);
        assertThat(publishers.pushes().begins(session.value(), 21, address("key-b")))
                .isEqualTo(Answer.GO);
        time.advance(Duration.ofSeconds(2));
    }

    private static Push push(String name) {
        return ScriptedAuthority.push(name, "rtmp://platform.test/app", "key-" + name);
    }

    private Answer beat(String name, long client) {
        return publishers.pushes().heartbeat(session.value(), client, address("key-" + name), 0);
    }

    private void done(String name, long client) {
        publishers.pushes().done(session.value(), client, address("key-" + name));
    }

    private void publisherBeats() {
        publishers.heartbeat(new Publishers.Heartbeat(
                1,
                Secret.of("key"),
                "192.0.2.1",
                Duration.ofSeconds(time.nanoTime() / 1_000_000_000L),
                OptionalLong.empty()));
    }

    @Test
    void areNotNeededWhileEveryPushThatIsOpenMayBe() {
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(NOBODY_NEEDS_THEM);
    }

    @Test
    void areNeededUntilAPushThatIsNotWantedIsClosed() {
        publishers.pushTo(session, List.of(push("b")));
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(Answer.EACH);
        assertThat(beat("a", 11)).isEqualTo(Answer.FORBIDDEN);
        assertThat(beat("b", 21)).isEqualTo(Answer.GO);
        done("a", 11);
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(NOBODY_NEEDS_THEM);
    }

    @Test
    void areNeededUntilThePushesOfASessionThatIsOverAreClosed() {
        time.advance(pace.lost());
        assertThat(authority.endsOf(session)).as("it gave no heartbeat").isOne();
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(Answer.EACH);
        assertThat(beat("a", 11)).isEqualTo(Answer.FORBIDDEN);
        done("a", 11);
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(Answer.EACH);
        done("b", 21);
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(NOBODY_NEEDS_THEM);
    }

    @Test
    void areNeededWhileASessionIsBeingCut() {
        publishers.disconnect(session);
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(Answer.EACH);
    }

    @Test
    void areNotNeededForADestinationThatWaits() {
        done("a", 11);
        time.advance(pace.grace());
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(NOBODY_NEEDS_THEM);
        time.advance(Duration.ofSeconds(3));
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(NOBODY_NEEDS_THEM);
    }

    @Test
    void areNotWaitedForForEverWhereTheEndOfAPushWasNotTold() {
        publishers.pushTo(session, List.of(push("b")));
        var asked = Duration.ZERO;
        while (publishers.pushes().areHeartbeatsNeeded() == Answer.EACH) {
            publisherBeats();
            time.advance(Duration.ofSeconds(1));
            asked = asked.plusSeconds(1);
            assertThat(asked).isLessThan(pace.lost().plusSeconds(5));
        }
        assertThat(asked)
                .as("a heartbeat had the time to come")
                .isGreaterThan(pace.heartbeat().plusSeconds(2));
        assertThat(beat("a", 11)).as("should it live after all").isEqualTo(Answer.FORBIDDEN);
    }

    @Test
    void aPushThatMayNotBeginIsNotWaitedFor() {
        assertThat(publishers.pushes().begins(session.value(), 30, address("key-a")))
                .isEqualTo(Answer.FORBIDDEN);
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(NOBODY_NEEDS_THEM);
    }

    @Test
    void areNeededForAWhileWhereItHasToBeSeenHowPushesGoOn() {
        publishers.pushes().watch(Duration.ofSeconds(15));
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(Answer.EACH);
        for (var second = 0; second < 15; second++) {
            publisherBeats();
            time.advance(Duration.ofSeconds(1));
        }
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(NOBODY_NEEDS_THEM);
    }

    @Test
    void areNeededAfterNothingCouldBeHeardForAWhile() {
        contact.lose();
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(Answer.EACH);
        contact.regain();
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(Answer.EACH);
        for (var second = 0; second < pace.lost().toSeconds(); second++) {
            time.advance(Duration.ofSeconds(1));
            publisherBeats();
            beat("a", 11);
            beat("b", 21);
        }
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(NOBODY_NEEDS_THEM);
    }

    @Test
    void areNeededUntilNobodyElseCanShowUpFromBeforeARestart() {
        var grace = Duration.ofSeconds(30);
        var resumed = publishers(grace, new Carried(time, pace.collectBehindGate(), pace.unknown()));
        assertThat(resumed.pushes().areHeartbeatsNeeded()).isEqualTo(Answer.EACH);
        time.advance(pace.unknown());
        assertThat(resumed.pushes().areHeartbeatsNeeded())
                .as("whoever is unknown is denied now")
                .isEqualTo(Answer.EACH);
        time.advance(pace.collectBehindGate());
        assertThat(resumed.pushes().areHeartbeatsNeeded()).isEqualTo(new Answer.ForAll(grace));
    }

    @Test
    void areAlwaysNeededAmongSeveralNodesAsEachKnowsItsOwnOnly() {
        var one = publishers(Duration.ofSeconds(30), Carried.amongOthers(time, pace.collect(), pace.lost()));
        time.advance(Duration.ofMinutes(10));
        assertThat(one.pushes().areHeartbeatsNeeded()).isEqualTo(Answer.EACH);
    }

    @Test
    void areNeededByOneThatCloses() {
        publishers.close();
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(Answer.EACH);
    }

    @Test
    void areNotNeededOnceNginxLostAllOfThem() {
        publishers.pushTo(session, List.of());
        publishers.loseAll(EndCause.LOST);
        assertThat(publishers.pushes().areHeartbeatsNeeded()).isEqualTo(NOBODY_NEEDS_THEM);
    }
}
