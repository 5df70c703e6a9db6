package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.secret.Secret;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.Push;
import dev.livemeter.spi.RelayAuthority.Refusal;
import dev.livemeter.spi.RelayAuthority.ResumeRequest;
import dev.livemeter.testing.ManualTime;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A node that works with an nginx beside others, on time that stands still and without nginx: what it does not know it leaves to them, and what they leave it takes up. */
class PublishersAmongNodesTest {

    private static final String STREAM = "session1";
    private static final Push ONE = ScriptedAuthority.push("one", "rtmp://platform.test/app", "key-one");
    private static final Duration GRACE = Duration.ofSeconds(30);
    private static final long CLIENT = 1;

    private final ManualTime time = ManualTime.create();
    private final Pace pace = Pace.of(Duration.ofSeconds(5));
    private final List<String> cuts = new ArrayList<>();
    private Admission answer = new Admission.Refused(Refusal.UNAVAILABLE, "Another node has it.");
    private boolean goesOn = true;
    private boolean elsewhere;
    private boolean storeAnswers = true;
    private int asked;
    private final ScriptedAuthority reports = new ScriptedAuthority() {
        @Override
        public Admission resume(ResumeRequest request) {
            asked++;
            return answer;
        }

        @Override
        public boolean alive(SessionId session) {
            return goesOn;
        }

        @Override
        public boolean isElsewhere(SessionId session) {
            if (!storeAnswers) {
                throw new LivemeterException("test.away", "The store is away.", true, null);
            }
            return elsewhere;
        }

        @Override
        public Duration paidAhead(SessionId session) {
            return GRACE;
        }
    };
    private final AuthorityCalls authority = new AuthorityCalls(reports, Runnable::run, Duration.ofSeconds(2));
    private final ScriptedPushes nginx = new ScriptedPushes();
    private final Publishers publishers = new Publishers(
            authority,
            new PushLane.Surroundings(
                    new PushResolver(
                            host -> new InetAddress[] {IpLiteral.address("1.1.1.1")},
                            new AddressPolicy(false, Set.of()),
                            Duration.ofSeconds(1),
                            Runnable::run),
                    (application, stream) -> cuts.add(stream),
                    pace,
                    time,
                    time,
                    new Random(1),
                    nginx),
            "live",
            3,
            new Bridging(GRACE, authority),
            Carried.amongOthers(time, pace.collect(), pace.lost()));

    private Answer heartbeat() {
        return publishers.heartbeat(new Publishers.Heartbeat(
                CLIENT, Secret.of("ec_live_alice_key"), "192.0.2.7", Duration.ofSeconds(90), OptionalLong.empty()));
    }

    private Answer pushHeartbeat() {
        return publishers.pushes().heartbeat(STREAM, 11, "203.0.113.7:1935/app/key-one", 0);
    }

    private void carried() {
        assertThat(pushHeartbeat()).isEqualTo(Answer.UNAVAILABLE);
    }

    private Answer taken() {
        answer = new Admission.Admitted(new SessionId(STREAM), List.of(ONE));
        heartbeat();
        carried();
        time.advance(pace.heartbeat());
        heartbeat();
        carried();
        time.advance(pace.heartbeat());
        return heartbeat();
    }

    @Test
    void whatIsNotKnownHereIsLeftToTheOthers() {
        time.advance(Duration.ofHours(1));
        assertThat(heartbeat()).isEqualTo(Answer.UNAVAILABLE);
        carried();
        assertThat(publishers.begun(STREAM)).isEqualTo(Answer.UNAVAILABLE);
        assertThat(publishers.pushes().begins(STREAM, 11, "203.0.113.7:1935/app/key-one"))
                .isEqualTo(Answer.UNAVAILABLE);
        assertThat(publishers.pushes().heard(STREAM)).isEqualTo(Answer.UNAVAILABLE);
        assertThat(publishers.pushes().done(STREAM, 11, "203.0.113.7:1935/app/key-one"))
                .isEqualTo(Answer.UNAVAILABLE);
        assertThat(publishers.ring(9, STREAM, "a-ticket-of-another-node")).isEmpty();
        assertThat(publishers.left(7)).isEqualTo(Answer.UNAVAILABLE);
        assertThat(cuts).isEmpty();
    }

    @Test
    void isNotAskedAboutBeforeItIsKnownWhereItGoes() {
        answer = new Admission.Admitted(new SessionId(STREAM), List.of(ONE));
        assertThat(heartbeat()).isEqualTo(Answer.UNAVAILABLE);
        time.advance(pace.heartbeat());
        assertThat(heartbeat()).isEqualTo(Answer.UNAVAILABLE);
        assertThat(asked).isZero();
        // It went back to the node that has it for a while, and what was seen before that is old.
        time.advance(pace.lost().plusSeconds(1));
        assertThat(heartbeat()).isEqualTo(Answer.UNAVAILABLE);
        assertThat(asked).isZero();
    }

    @Test
    void whatAnotherNodeLeavesIsTakenUpWhereItGoes() {
        assertThat(taken()).isEqualTo(new Answer.GoFor(GRACE));
        time.runDue();
        assertThat(nginx.opened).as("nothing is opened anew").isEmpty();
        assertThat(reports.changes)
                .extracting(ScriptedAuthority.Change::state)
                .containsExactly(State.CONNECTING, State.LIVE);
        assertThat(publishers.pushes().heard(STREAM)).isEqualTo(Answer.GO);
        assertThat(pushHeartbeat()).isEqualTo(new Answer.GoFor(GRACE));
        assertThat(publishers.pushes().begins(STREAM, 12, "203.0.113.7:1935/app/key-one"))
                .isEqualTo(Answer.FORBIDDEN);
        assertThat(publishers.left(CLIENT)).isEqualTo(Answer.GO);
        assertThat(reports.endsOf(new SessionId(STREAM))).isOne();
    }

    @Test
    void isTakenUpInTimeAlsoWhereItWasUndecidedOnce() {
        // Its node goes away right after a heartbeat, and what it had is looked for at once.
        time.advance(pace.heartbeat());
        heartbeat();
        carried();
        time.advance(pace.heartbeat());
        heartbeat();
        carried();
        time.advance(pace.heartbeat());
        assertThat(heartbeat()).isEqualTo(Answer.UNAVAILABLE);
        assertThat(asked).isOne();
        time.advance(pace.heartbeat());
        answer = new Admission.Admitted(new SessionId(STREAM), List.of(ONE));
        assertThat(heartbeat()).isEqualTo(new Answer.GoFor(GRACE));
        assertThat(pace.resumeAmongOthers()).isGreaterThan(pace.heartbeat().multipliedBy(4));
    }

    @Test
    void whereItWentLongAgoCountsNoMore() {
        carried();
        time.advance(pace.lost().plusSeconds(1));
        answer = new Admission.Admitted(new SessionId(STREAM), List.of(ONE));
        heartbeat();
        time.advance(pace.heartbeat());
        heartbeat();
        time.advance(pace.heartbeat());
        assertThat(heartbeat()).isEqualTo(new Answer.GoFor(GRACE));
        assertThat(reports.changes).isEmpty();
    }

    @Test
    void whatAnotherNodeTookFromUsIsLeftToItAndNotCut() {
        taken();
        goesOn = false;
        elsewhere = true;
        assertThat(heartbeat()).isEqualTo(Answer.UNAVAILABLE);
        assertThat(publishers.present()).isEmpty();
        time.advance(Duration.ofMinutes(1));
        assertThat(cuts).isEmpty();
        assertThat(reports.endsOf(new SessionId(STREAM))).isZero();
    }

    @Test
    void whileTheStoreCannotTellWhoseItIsItIsNotCut() {
        taken();
        goesOn = false;
        storeAnswers = false;
        assertThat(heartbeat()).isEqualTo(Answer.UNAVAILABLE);
        time.advance(pace.heartbeat());
        assertThat(heartbeat()).isEqualTo(Answer.UNAVAILABLE);
        assertThat(cuts).isEmpty();

        storeAnswers = true;
        assertThat(heartbeat()).isEqualTo(Answer.PAYMENT_REQUIRED);
        assertThat(cuts).containsOnly(STREAM).isNotEmpty();
    }

    @Test
    void whatMayNotGoOnAndIsNobodyElsesIsCut() {
        taken();
        goesOn = false;
        assertThat(heartbeat()).isEqualTo(Answer.PAYMENT_REQUIRED);
        assertThat(cuts).containsOnly(STREAM).isNotEmpty();
    }
}
