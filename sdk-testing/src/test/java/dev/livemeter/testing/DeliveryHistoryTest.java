package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.DestinationTraffic;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.DeliveryRecord;
import dev.livemeter.session.LiveSpan;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Admission;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the history remembers of the destinations of a stream. */
class DeliveryHistoryTest {

    private final ManualTime time = ManualTime.create();
    private final InMemoryRelay relay = InMemoryRelay.create();
    private Livemeter live;
    private DestinationId first;
    private SessionId session;
    private Instant begun;

    @BeforeEach
    void goLive() {
        live = Livemeter.builder()
                .wallet(InMemoryBooks.create(time))
                .relay(relay)
                .provider(InMemoryStreamProvider.named("twitch"))
                .tariff(Tariff.perMinute("USD", "0.10"))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .build();
        live.wallets().credit("alice", Money.of("USD", "20.00"), "order-1");
        first = add("one");
        var key = live.streamKeys().create("alice").reveal();
        session = ((Admission.Admitted) relay.publish(key)).session();
        begun = time.instant();
    }

    @AfterEach
    void close() {
        live.close();
    }

    private DestinationId add(String name) {
        return live.destinations()
                .add("alice", Destination.twitch("live_" + name).named(name))
                .id();
    }

    private void pass(int seconds) {
        for (var second = 0; second < seconds; second++) {
            time.advance(Duration.ofSeconds(1));
            relay.heartbeat();
        }
    }

    private DeliveryRecord record(DestinationId id) {
        return live.sessions().deliveries(session).stream()
                .filter(record -> record.destination().equals(id))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void eachDestinationIsRememberedAndThoseThatCameOnAirToo() {
        pass(2);
        relay.connectDestinations(session);
        pass(10);
        relay.retries(session, first, "The server closed the connection.", Duration.ofSeconds(2));
        pass(5);
        relay.connectDestination(session, first);
        var second = add("two");
        pass(1);
        relay.connectDestination(session, second);
        pass(7);
        live.destinations().remove("alice", second);
        var third = add("three");
        pass(4);
        relay.hangUp(session);
        assertThat(live.sessions().deliveries(session))
                .containsExactly(
                        new DeliveryRecord(
                                first,
                                "twitch",
                                "one",
                                begun.plusSeconds(2),
                                Duration.ofSeconds(22),
                                2,
                                "The server closed the connection.",
                                false,
                                0,
                                List.of(span(2, 12), span(17, 29))),
                        new DeliveryRecord(
                                second,
                                "twitch",
                                "two",
                                begun.plusSeconds(18),
                                Duration.ofSeconds(7),
                                1,
                                null,
                                false,
                                0,
                                List.of(span(18, 25))),
                        new DeliveryRecord(third, "twitch", "three", null, Duration.ZERO, 0, null, false, 0));
    }

    private LiveSpan span(int from, int to) {
        return new LiveSpan(begun.plusSeconds(from), begun.plusSeconds(to));
    }

    @Test
    void whatComesAndGoesAllTheTimeHasItsShortestBreaksLeftOut() {
        relay.connectDestinations(session);
        for (var time = 1; time < DeliveryRecord.MOST_SPANS; time++) {
            pass(3);
            relay.retries(session, first, "The server closed the connection.", Duration.ofSeconds(2));
            pass(time == 20 ? 2 : 3);
            relay.connectDestination(session, first);
        }
        pass(3);
        relay.retries(session, first, "The server closed the connection.", Duration.ofSeconds(2));
        pass(3);
        relay.connectDestination(session, first);
        pass(3);
        relay.hangUp(session);
        var spans = record(first).spans();
        assertThat(spans).hasSize(DeliveryRecord.MOST_SPANS);
        assertThat(spans.get(0)).isEqualTo(span(0, 3));
        assertThat(spans.get(19)).isEqualTo(span(114, 122));
        assertThat(spans.get(20)).isEqualTo(span(125, 128));
        assertThat(record(first).liveTime()).isEqualTo(Duration.ofSeconds(153));
    }

    @Test
    void bytesAddUpOverConnections() {
        relay.connectDestinations(session);
        relay.traffic(session, List.of(new DestinationTraffic(first, 1_000, null)));
        pass(7);
        assertThat(record(first).bytes()).isEqualTo(1_000);
        relay.traffic(session, List.of(new DestinationTraffic(first, 300, null)));
        pass(32);
        assertThat(record(first).bytes()).isEqualTo(1_300);
        relay.hangUp(session);
        assertThat(record(first).bytes()).isEqualTo(1_300);
    }

    @Test
    void aCrashCostsHalfAMinuteOfItAtMost() {
        relay.connectDestinations(session);
        pass(5 * 60);
        assertThat(record(first).liveTime()).isBetween(Duration.ofSeconds(270), Duration.ofSeconds(300));
        assertThat(record(first).firstLiveAt()).isEqualTo(begun);
    }

    @Test
    void whatFailedOnlyIsRememberedWithItsReason() {
        relay.destination(session, first, State.FAILED, "A private address is not allowed.");
        relay.hangUp(session);
        assertThat(record(first).lastError()).isEqualTo("A private address is not allowed.");
        assertThat(record(first).firstLiveAt()).isNull();
        assertThat(record(first).liveTime()).isZero();
    }

    @Test
    void oneThatNothingIsKnownOfHasNone() {
        assertThat(live.sessions().deliveries(new SessionId("session-unknown"))).isEmpty();
    }
}
