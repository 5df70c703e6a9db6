package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** Streams of an nginx that outlived the application, on time that stands still and without nginx. */
class TakenUpPublishersTest {

    private static final String STREAM = "session1";
    private static final Push ONE = ScriptedAuthority.push("one", "rtmp://platform.test/app", "key-one?a=1&b=2");
    private static final Push TWO = ScriptedAuthority.push("two", "rtmp://platform.test/app", "key-two");
    private static final Duration GRACE = Duration.ofSeconds(30);

    private final ManualTime time = ManualTime.create();
    private final Pace pace = Pace.of(Duration.ofSeconds(5));
    private final Contact contact = new Contact(time);
    private final List<ResumeRequest> asked = new ArrayList<>();
    private final ScriptedAuthority reports = new ScriptedAuthority() {
        @Override
        public Admission resume(ResumeRequest request) {
            asked.add(request);
            return answer.apply(request);
        }

        @Override
        public Duration paidAhead(SessionId session) {
            return paidAhead;
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
                    (application, stream) -> {},
                    pace,
                    time,
                    time,
                    new Random(1),
                    nginx),
            "live",
            3,
            new Bridging(GRACE, authority),
            new Carried(time, pace.collect(), pace.resume()),
            contact);

    private Function<ResumeRequest, Admission> answer =
            request -> new Admission.Admitted(new SessionId(STREAM), List.of(ONE));
    private Duration paidAhead = Duration.ofMinutes(1);

    private static Publishers.Heartbeat sign(long client) {
        return new Publishers.Heartbeat(
                client, Secret.of("ec_live_alice_key"), "192.0.2.7", Duration.ofSeconds(90), OptionalLong.empty());
    }

    private Answer carry(long client, String key) {
        return publishers.pushes().heartbeat(STREAM, client, "203.0.113.7:1935/app/" + key, 0);
    }

    @Test
    void isTakenUpOnceItIsKnownWhereItGoes() {
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.UNAVAILABLE);
        assertThat(carry(11, "key-one?a=1&b=2")).isEqualTo(new Answer.GoFor(GRACE));
        time.advance(pace.collect());

        assertThat(publishers.heartbeat(sign(1))).isEqualTo(new Answer.GoFor(GRACE));
        assertThat(asked).singleElement().satisfies(request -> {
            assertThat(request.streamKey().reveal()).isEqualTo("ec_live_alice_key");
            assertThat(request.age()).isEqualTo(Duration.ofSeconds(90));
            assertThat(request.goesTo().test(ONE.target())).isTrue();
            assertThat(request.goesTo().test(TWO.target())).isFalse();
        });
        time.runDue();
        assertThat(nginx.opened).as("nothing is opened anew").isEmpty();
        assertThat(reports.changes)
                .extracting(ScriptedAuthority.Change::state)
                .containsExactly(State.CONNECTING, State.LIVE);
        assertThat(carry(11, "key-one?a=1&b=2")).isEqualTo(new Answer.GoFor(GRACE));
        assertThat(carry(12, "key-one?a=1&b=2")).isEqualTo(Answer.FORBIDDEN);
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(new Answer.GoFor(GRACE));
        assertThat(asked).hasSize(1);

        publishers.left(1);
        assertThat(reports.endsOf(new SessionId(STREAM))).isOne();
    }

    @Test
    void isListenedToAnewAfterNothingCouldBeHeardOfIt() {
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.UNAVAILABLE);
        contact.lose();
        time.advance(pace.resume().plus(pace.resume()));
        contact.regain();
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.UNAVAILABLE);
        carry(11, "key-one?a=1&b=2");
        assertThat(asked).isEmpty();
        time.advance(pace.collect());
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(new Answer.GoFor(GRACE));
        assertThat(publishers.lanes(new SessionId(STREAM)))
                .singleElement()
                .satisfies(lane -> assertThat(lane.isWelcome(11)).isTrue());
    }

    @Test
    void nobodyElseIsExpectedThoughTheConnectionBreaksLater() {
        time.advance(pace.resume());
        contact.lose();
        time.advance(Duration.ofSeconds(4));
        contact.regain();
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.FORBIDDEN);
        assertThat(asked).isEmpty();
    }

    @Test
    void whereItGoesAndShouldNotIsClosed() {
        carry(11, "key-of-somewhere-else");
        carry(21, "key-one?a=1&b=2");
        time.advance(pace.collect());
        publishers.heartbeat(sign(1));
        assertThat(carry(11, "key-of-somewhere-else")).isEqualTo(Answer.FORBIDDEN);
        assertThat(carry(21, "key-one?a=1&b=2")).isInstanceOf(Answer.GoFor.class);
    }

    @Test
    void whereItDoesNotGoYetAndShouldAPushIsOpened() {
        answer = request -> new Admission.Admitted(new SessionId(STREAM), List.of(ONE, TWO));
        carry(21, "key-one?a=1&b=2");
        time.advance(pace.collect());
        publishers.heartbeat(sign(1));
        time.runDue();
        assertThat(nginx.opened).containsExactly(ScriptedPushes.location("key-two"));
    }

    @Test
    void aPushThatEndedMeanwhileIsNotTakenForLive() {
        carry(11, "key-one?a=1&b=2");
        publishers.pushes().done(STREAM, 11, "203.0.113.7:1935/app/key-one?a=1&b=2");
        time.advance(pace.collect());
        publishers.heartbeat(sign(1));
        assertThat(asked.get(0).goesTo().test(ONE.target())).isFalse();
        assertThat(reports.changes).isEmpty();
    }

    @Test
    void mayGoOnNoLongerThanItIsPaid() {
        paidAhead = Duration.ofSeconds(7);
        time.advance(pace.collect());
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(new Answer.GoFor(Duration.ofSeconds(7)));
    }

    @Test
    void whoseSessionIsOverHasToGo() {
        answer = request -> new Admission.Refused(Refusal.OVER, "It is over.");
        time.advance(pace.collect());
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(new Answer.Deny(410));
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.FORBIDDEN);
        assertThat(asked).hasSize(1);
    }

    @Test
    void whatCannotBeDecidedYetIsAskedAgainUntilTimeIsUp() {
        answer = request -> new Admission.Refused(Refusal.UNAVAILABLE, "Not now.");
        time.advance(pace.collect());
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.UNAVAILABLE);
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.UNAVAILABLE);
        assertThat(asked).hasSize(2);
        time.advance(pace.resume());
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.FORBIDDEN);
        assertThat(carry(11, "key-one?a=1&b=2")).isEqualTo(Answer.FORBIDDEN);
    }

    @Test
    void aPublisherThatLeftIsNotTakenUp() {
        publishers.left(1);
        time.advance(pace.collect());
        assertThat(publishers.heartbeat(sign(1))).isEqualTo(Answer.FORBIDDEN);
        assertThat(asked).isEmpty();
    }

    @Test
    void printsNoKey() {
        var carried = new Carried(time, pace.collect(), pace.resume());
        carried.seen(STREAM, 1, "203.0.113.7:1935/app/key-one");
        assertThat(carried).hasToString("Carried[1 streams]");
        assertThat(carried.pushes(STREAM)).hasToString("[Lead[1, ····]]");
        assertThat(Optional.of(sign(1)).toString()).doesNotContain("ec_live_alice_key");
    }
}
