package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.testing.ManualTime;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** When the heartbeats of slots are needed, and when nginx may answer them itself; on time that stands still and without nginx. */
class SlotHeartbeatsTest {

    private static final Answer NOBODY_NEEDS_THEM = new Answer.ForAll(Duration.ZERO);

    private final ManualTime time = ManualTime.create();
    private final Pace pace = Pace.of(Duration.ofSeconds(5));
    private final ScriptedAuthority authority = new ScriptedAuthority();
    private final AuthorityCalls calls = new AuthorityCalls(authority, Runnable::run, Duration.ofSeconds(2));
    private final Contact contact = new Contact(time);
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
                        new Random(1)),
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
        open(1, 10);
        open(2, 20);
    }

    private static dev.livemeter.spi.RelayAuthority.Push push(String name) {
        return ScriptedAuthority.push(name, "rtmp://platform.test/app", "key-" + name);
    }

    private void open(int slot, long client) {
        assertThat(publishers.slotOpened(slot, session.value(), client)).isInstanceOf(Answer.PassTo.class);
        publishers.lane(slot, session.value()).orElseThrow().pushing(client + 1);
        time.advance(Duration.ofSeconds(1));
    }

    private void beat() {
        publishers.heartbeat(new Publishers.Heartbeat(
                1, Secret.of("key"), "192.0.2.1", Duration.ofSeconds(time.nanoTime() / 1_000_000_000L)));
    }

    @Test
    void areNotNeededWhileEverySlotThatIsOpenMayBe() {
        assertThat(publishers.slotHeartbeats()).isEqualTo(NOBODY_NEEDS_THEM);
        assertThat(publishers.passing()).isEqualTo(NOBODY_NEEDS_THEM);
    }

    @Test
    void areNeededUntilAFreedSlotIsClosed() {
        publishers.pushTo(session, List.of(push("b")));
        assertThat(publishers.slotHeartbeats()).isEqualTo(Answer.EACH);
        assertThat(publishers.slotHeartbeat(1, session.value(), 10)).isEqualTo(Answer.FORBIDDEN);
        assertThat(publishers.slotHeartbeat(2, session.value(), 20)).isEqualTo(Answer.GO);
        publishers.slotClosed(1, session.value(), 10);
        assertThat(publishers.slotHeartbeats()).isEqualTo(NOBODY_NEEDS_THEM);
    }

    @Test
    void areNeededUntilTheSlotsOfASessionThatIsOverAreClosed() {
        time.advance(pace.lost());
        assertThat(authority.endsOf(session)).as("it gave no heartbeat").isOne();
        assertThat(publishers.slotHeartbeats()).isEqualTo(Answer.EACH);
        assertThat(publishers.slotHeartbeat(1, session.value(), 10)).isEqualTo(Answer.FORBIDDEN);
        publishers.slotClosed(1, session.value(), 10);
        assertThat(publishers.slotHeartbeats()).isEqualTo(Answer.EACH);
        publishers.slotClosed(2, session.value(), 20);
        assertThat(publishers.slotHeartbeats()).isEqualTo(NOBODY_NEEDS_THEM);
    }

    @Test
    void areNeededWhileASessionIsBeingCut() {
        publishers.disconnect(session);
        assertThat(publishers.slotHeartbeats()).isEqualTo(Answer.EACH);
    }

    @Test
    void areNotNeededForADestinationThatWaitsButWhenItsTimeHasCome() {
        publishers.pushDone(1, session.value(), 11);
        time.advance(pace.grace());
        assertThat(publishers.slotHeartbeats()).isEqualTo(NOBODY_NEEDS_THEM);
        time.advance(Duration.ofSeconds(4));
        assertThat(publishers.slotHeartbeats()).isEqualTo(Answer.EACH);
        assertThat(publishers.slotHeartbeat(1, session.value(), 10)).isEqualTo(Answer.FORBIDDEN);
    }

    @Test
    void areNotWaitedForForEverWhereTheEndOfASlotWasNotTold() {
        publishers.pushTo(session, List.of(push("b")));
        var asked = Duration.ZERO;
        while (publishers.slotHeartbeats() == Answer.EACH) {
            beat();
            time.advance(Duration.ofSeconds(1));
            asked = asked.plusSeconds(1);
            assertThat(asked).isLessThan(pace.lost().plusSeconds(5));
        }
        assertThat(asked)
                .as("a heartbeat had the time to come")
                .isGreaterThan(pace.heartbeat().plusSeconds(2));
        assertThat(publishers.slotHeartbeat(1, session.value(), 10))
                .as("should it live after all")
                .isEqualTo(Answer.FORBIDDEN);
    }

    @Test
    void aSlotThatIsNotLetOnIsNotWaitedFor() {
        publishers.pushTo(session, List.of(push("b")));
        publishers.slotClosed(1, session.value(), 10);
        assertThat(publishers.slotOpened(1, session.value(), 30)).isEqualTo(Answer.FORBIDDEN);
        assertThat(publishers.slotHeartbeats()).isEqualTo(NOBODY_NEEDS_THEM);
    }

    @Test
    void areNeededAfterNothingCouldBeHeardForAWhile() {
        contact.lose();
        assertThat(publishers.slotHeartbeats()).isEqualTo(Answer.EACH);
        contact.regain();
        assertThat(publishers.slotHeartbeats()).isEqualTo(Answer.EACH);
        for (var second = 0; second < pace.lost().toSeconds(); second++) {
            time.advance(Duration.ofSeconds(1));
            beat();
            publishers.slotHeartbeat(1, session.value(), 10);
            publishers.slotHeartbeat(2, session.value(), 20);
            publishers.pushHeartbeat(1, session.value(), 11, "x");
            publishers.pushHeartbeat(2, session.value(), 21, "x");
        }
        assertThat(publishers.slotHeartbeats()).isEqualTo(NOBODY_NEEDS_THEM);
    }

    @Test
    void areNeededUntilNobodyElseCanShowUpFromBeforeARestart() {
        var grace = Duration.ofSeconds(30);
        var resumed = publishers(grace, new Carried(time, pace.collectBehindGate(), pace.unknown()));
        assertThat(resumed.slotHeartbeats()).isEqualTo(Answer.EACH);
        time.advance(pace.unknown());
        assertThat(resumed.slotHeartbeats())
                .as("whoever is unknown is denied now")
                .isEqualTo(Answer.EACH);
        time.advance(pace.collectBehindGate());
        assertThat(resumed.slotHeartbeats()).isEqualTo(new Answer.ForAll(grace));
    }

    @Test
    void areAlwaysNeededAmongSeveralNodesAsEachKnowsItsOwnOnly() {
        var one = publishers(Duration.ofSeconds(30), Carried.amongOthers(time, pace.collect(), pace.lost()));
        time.advance(Duration.ofMinutes(10));
        assertThat(one.slotHeartbeats()).isEqualTo(Answer.EACH);
    }

    @Test
    void areNeededByOneThatCloses() {
        publishers.close();
        assertThat(publishers.slotHeartbeats()).isEqualTo(Answer.EACH);
    }

    @Test
    void areNotNeededOnceNginxLostAllOfThem() {
        publishers.pushTo(session, List.of());
        publishers.loseAll(dev.livemeter.spi.RelayAuthority.EndCause.LOST);
        assertThat(publishers.slotHeartbeats()).isEqualTo(NOBODY_NEEDS_THEM);
    }
}
