package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.testing.ManualTime;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Publishers of an nginx that cannot be heard for a while, as the connection to its machine is gone. */
class UnheardPublishersTest {

    private static final Duration GRACE = Duration.ofSeconds(20);

    private final ManualTime time = ManualTime.create();
    private final ScriptedAuthority authority = new ScriptedAuthority();
    private final List<String> cuts = new ArrayList<>();
    private final Pace pace = Pace.of(Duration.ofSeconds(2));
    private final Contact contact = new Contact(time);
    private final AuthorityCalls calls = new AuthorityCalls(authority, Runnable::run, Duration.ofSeconds(2));
    private final ScriptedPushes nginx = new ScriptedPushes();
    private final Publishers publishers = new Publishers(
            calls,
            new PushLane.Surroundings(
                    new PushResolver(
                            host -> new InetAddress[] {IpLiteral.address("1.1.1.1")},
                            new AddressPolicy(false, Set.of()),
                            Duration.ofSeconds(1),
                            Runnable::run),
                    (application, stream) -> cuts.add(application + "/" + stream),
                    pace,
                    time,
                    time,
                    new Random(1),
                    nginx),
            "live",
            2,
            new Bridging(GRACE, calls),
            Carried.nothing(),
            contact);

    private SessionId admitted() {
        authority.pushes = request -> List.of(ScriptedAuthority.push("d", "rtmp://platform.test/app", "key-1"));
        publishers.publish(1, Secret.of("key"), "192.0.2.1");
        return authority.session("key");
    }

    private void beat() {
        publishers.heartbeat(new Publishers.Heartbeat(
                1, Secret.of("key"), "192.0.2.1", Duration.ofSeconds(9), OptionalLong.empty()));
    }

    /** It is passed on to the platform. */
    private void flowing(SessionId session) {
        publishers.begun(session.value());
        time.runDue();
        publishers.pushes().begins(session.value(), 12, ScriptedPushes.address("key-1"));
        time.advance(Duration.ofSeconds(2));
        assertThat(authority.history("key", "d")).endsWith(State.LIVE);
    }

    @Test
    void theirSilenceSaysNothingForAsLongAsTheyMayGoOn() {
        var session = admitted();
        contact.lose();
        time.advance(GRACE);
        assertThat(authority.endsOf(session)).isZero();
        contact.regain();
        beat();
        time.advance(pace.lost().minusMillis(1));
        assertThat(authority.endsOf(session)).isZero();
    }

    @Test
    void theirSilenceSaysNothingEitherWhileTheirMachineGivesNoSign() {
        var session = admitted();
        for (var second = 0; second < 4; second++) {
            contact.sign();
            beat();
            time.advance(Duration.ofSeconds(1));
        }
        time.advance(pace.lost());
        assertThat(authority.endsOf(session)).isZero();
        contact.lose();
        time.advance(GRACE.minus(pace.lost()));
        assertThat(authority.endsOf(session)).isZero();
    }

    @Test
    void onceItsSignsComeAgainTheirSilenceCountsFromThenOn() {
        var session = admitted();
        contact.sign();
        time.advance(pace.lost().minusMillis(1));
        contact.sign();
        for (var left = pace.lost().toMillis(); left > 1_000; left -= 1_000) {
            time.advance(Duration.ofSeconds(1));
            contact.sign();
        }
        assertThat(authority.endsOf(session)).isZero();
        time.advance(Duration.ofSeconds(2));
        assertThat(authority.end(session).cause()).isEqualTo(EndCause.LOST);
    }

    @Test
    void whoMayShowUpIsWaitedForAnewWhileNothingIsHeardAndFromThenOnNoLongerThanItMayGoOn() {
        var span = Duration.ofSeconds(9);
        assertThat(contact.longerFor(span, GRACE)).isZero();
        contact.lose();
        assertThat(contact.longerFor(span, GRACE)).isEqualTo(span);
        time.advance(GRACE.minusMillis(1));
        assertThat(contact.longerFor(span, GRACE)).isEqualTo(span);
        time.advance(Duration.ofMillis(1));
        assertThat(contact.longerFor(span, GRACE)).isZero();
        contact.regain();
        time.advance(Duration.ofSeconds(4));
        assertThat(contact.longerFor(span, GRACE)).isEqualTo(Duration.ofSeconds(5));
        time.advance(Duration.ofSeconds(5));
        assertThat(contact.longerFor(span, GRACE)).isZero();
    }

    @Test
    void whoCannotHaveGoneOnThatLongIsLost() {
        var session = admitted();
        contact.lose();
        time.advance(GRACE.plus(pace.lost()).plusSeconds(1));
        assertThat(authority.end(session).cause()).isEqualTo(EndCause.LOST);
        publishers.heartbeat(new Publishers.Heartbeat(
                1, Secret.of("key"), "192.0.2.1", Duration.ofSeconds(60), OptionalLong.empty()));
        assertThat(authority.beats).as("it is over").isEmpty();
    }

    @Test
    void whoGivesNoSignAfterwardsIsLost() {
        var session = admitted();
        contact.lose();
        time.advance(Duration.ofSeconds(8));
        contact.regain();
        time.advance(pace.lost().minusMillis(1));
        assertThat(authority.endsOf(session)).isZero();
        time.advance(pace.lost());
        assertThat(authority.end(session).cause()).isEqualTo(EndCause.LOST);
    }

    @Test
    void aConnectionToAPlatformThatGivesNoSignAfterwardsIsMadeAnew() {
        var session = admitted();
        flowing(session);
        contact.lose();
        time.advance(Duration.ofSeconds(4));
        contact.regain();
        for (var second = 0; second < 6; second += 2) {
            time.advance(Duration.ofSeconds(2));
            beat();
        }
        assertThat(authority.history("key", "d")).endsWith(State.LIVE, State.RETRYING);
        assertThat(authority.endsOf(session)).isZero();
    }

    @Test
    void aConnectionToAPlatformThatGoesOnIsLeftAlone() {
        var session = admitted();
        flowing(session);
        contact.lose();
        time.advance(Duration.ofSeconds(4));
        contact.regain();
        for (var second = 0; second < 12; second += 2) {
            time.advance(Duration.ofSeconds(2));
            beat();
            publishers.pushes().heartbeat(session.value(), 12, ScriptedPushes.address("key-1"), 0);
        }
        assertThat(authority.history("key", "d")).endsWith(State.LIVE);
        assertThat(cuts).isEmpty();
    }
}
