package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.destination.DestinationStatus.State;
import dev.livemeter.destination.DestinationTraffic;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.DestinationChanged;
import dev.livemeter.money.DestinationFactor;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.spi.RelayAuthority.Admission;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Destinations that change while a stream runs. A second costs ten cents to one destination, twice that to two or more. */
class DestinationsOnAirTest {

    private static final String TOO_OFTEN =
            "The destinations of this stream changed too often for its price to follow; the change counts from the next stream on.";

    private final ManualTime time = ManualTime.create();
    private final InMemoryRelay relay = InMemoryRelay.create();
    private final InMemoryStreamProvider twitch = InMemoryStreamProvider.named("twitch");
    private final List<LiveEvent> events = new ArrayList<>();
    private final AtomicLong ids = new AtomicLong();
    private Livemeter live;
    private String key;
    private SessionId session;
    private DestinationId first;

    @BeforeEach
    void goLive() {
        var tariff = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS).withFactors(DestinationFactor.of(2, "2"));
        var books = InMemoryBooks.create(time);
        live = Livemeter.builder()
                .wallet(books)
                .relay(relay)
                .provider(twitch)
                .tariff(tariff)
                .policy(SessionPolicy.builder(tariff.currency())
                        .minimumToStart(Money.of("USD", "1.00"))
                        .quota(Duration.ofSeconds(5))
                        .renewBefore(Duration.ofSeconds(2))
                        .settleEvery(Duration.ofSeconds(1))
                        .build())
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .ids(() -> "id" + String.format("%08d", ids.incrementAndGet()))
                .listener(events::add)
                .build();
        live.wallets().credit("alice", Money.of("USD", "6.00"), "order-1");
        first = add("one");
        key = live.streamKeys().create("alice").reveal();
        session = ((Admission.Admitted) relay.publish(key)).session();
        relay.heartbeat();
        relay.connectDestinations(session);
        events.clear();
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

    private SessionStatus status() {
        return live.sessions().running("alice").get(0);
    }

    private DestinationStatus status(DestinationId id) {
        return status().destinations().stream()
                .filter(status -> status.id().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private List<DestinationId> passedOn() {
        return relay.pushes(session).stream().map(push -> push.destination()).toList();
    }

    private List<String> told() {
        return events.stream()
                .filter(DestinationChanged.class::isInstance)
                .map(LiveEvent::sentence)
                .toList();
    }

    @Test
    void whatIsAddedOnAirIsPassedOnAndPricedFromThenOn() {
        pass(10);
        assertThat(status().cost()).isEqualTo(Money.of("USD", "1.00"));
        var second = add("two");
        assertThat(passedOn()).containsExactly(first, second);
        assertThat(status(second).state()).isEqualTo(State.WAITING);
        assertThat(status(first).state()).isEqualTo(State.LIVE);
        assertThat(told()).containsExactly("two is waiting.");
        pass(10);
        assertThat(status().cost()).isEqualTo(Money.of("USD", "3.00"));
    }

    @Test
    void theDeadlineMovesNearerWhereTheWalletCannotPayTheHigherRateForAsLong() {
        pass(10);
        add("two");
        // 5.00 are left, which is 25 seconds at the higher rate and not 50.
        pass(24);
        assertThat(relay.isPublishing(session)).isTrue();
        pass(2);
        assertThat(relay.isPublishing(session)).isFalse();
        var over = live.sessions().find(session).orElseThrow();
        assertThat(over.end()).isEqualTo(new SessionEnd.FundsExhausted());
        assertThat(over.metering().charged()).isEqualTo(Money.of("USD", "6.00"));
    }

    @Test
    void whatIsRemovedDisabledOrStoppedCountsNoMore() {
        var second = add("two");
        pass(10);
        live.destinations().remove("alice", second);
        assertThat(passedOn()).containsExactly(first);
        assertThat(status().destinations()).hasSize(1);
        assertThat(told()).containsExactly("two is waiting.", "two is ended.");
        pass(10);
        // The increment in which it was removed counts both.
        assertThat(status().cost()).isBetween(Money.of("USD", "3.00"), Money.of("USD", "3.10"));

        live.destinations().enable("alice", first, false);
        assertThat(passedOn()).isEmpty();
        assertThat(relay.isPublishing(session)).isTrue();
        live.destinations().enable("alice", first, true);
        assertThat(passedOn()).containsExactly(first);
    }

    @Test
    void aKeyThatChangedIsSwappedAndANameIsNot() {
        live.destinations()
                .change("alice", first, Destination.twitch("live_one").named("uno"));
        assertThat(status(first).name()).isEqualTo("uno");
        assertThat(status(first).state()).isEqualTo(State.LIVE);
        live.destinations()
                .change("alice", first, Destination.twitch("live_other").named("uno"));
        assertThat(relay.pushes(session).get(0).target().key().reveal()).isEqualTo("live_other");
        assertThat(status(first).state()).isEqualTo(State.WAITING);
        assertThat(status(first).attempts()).isZero();
    }

    @Test
    void oneIsStoppedForThisStreamAloneAndStartedAgain() {
        var second = add("two");
        relay.connectDestination(session, second);
        live.streams().stop(session, second);
        live.streams().stop(session, second);
        assertThat(passedOn()).containsExactly(first);
        assertThat(status(second).state()).isEqualTo(State.STOPPED);
        live.destinations()
                .change("alice", second, Destination.twitch("live_changed").named("two"));
        assertThat(passedOn()).containsExactly(first);
        live.streams().start(session, second);
        assertThat(passedOn()).containsExactly(first, second);
        assertThat(relay.pushes(session).get(1).target().key().reveal()).isEqualTo("live_changed");
        live.streams().stop(session, second);

        relay.hangUp(session);
        session = ((Admission.Admitted) relay.publish(key)).session();
        assertThat(passedOn()).containsExactly(first, second);
    }

    @Test
    void whatWentWrongAndWhenItIsTriedAgainIsTold() {
        relay.retries(session, first, "Nobody answered.", Duration.ofSeconds(8));
        assertThat(status(first).state()).isEqualTo(State.RETRYING);
        assertThat(status(first).lastError()).isEqualTo("Nobody answered.");
        assertThat(status(first).nextRetryAt()).isEqualTo(time.instant().plusSeconds(8));
        live.streams().retryNow(session, first);
        assertThat(relay.retries()).containsExactly(first);
        relay.connectDestination(session, first);
        assertThat(status(first).attempts()).isEqualTo(2);
        assertThat(status(first).lastError()).isEqualTo("Nobody answered.");
        assertThat(status(first).nextRetryAt()).isNull();
        live.streams().retryNow(session, first);
        assertThat(relay.retries()).containsExactly(first);
    }

    @Test
    void aPreparationThatFailedIsRepeatedEverMoreRarely() {
        twitch.fail(true, "Twitch is away.");
        var second = add("two");
        assertThat(passedOn()).containsExactly(first);
        assertThat(status(second).state()).isEqualTo(State.RETRYING);
        assertThat(status(second).lastError()).isEqualTo("Twitch is away.");
        var wait = Duration.between(time.instant(), status(second).nextRetryAt());
        assertThat(wait).isBetween(Duration.ofMillis(3750), Duration.ofMillis(6250));
        pass(7);
        var next = Duration.between(time.instant(), status(second).nextRetryAt());
        assertThat(next).isBetween(Duration.ofSeconds(4), Duration.ofMillis(12500));
        twitch.recover();
        pass(13);
        assertThat(passedOn()).containsExactly(first, second);
        assertThat(status(second).nextRetryAt()).isNull();
    }

    @Test
    void somebodyCanHaveAPreparationRepeatedAtOnce() {
        twitch.fail(false, "Connect the account again.");
        var second = add("two");
        assertThat(status(second).state()).isEqualTo(State.FAILED);
        assertThat(status(second).nextRetryAt()).isNull();
        twitch.recover();
        live.streams().retryNow(session, second);
        assertThat(passedOn()).containsExactly(first, second);
    }

    @Test
    void anAdditionThatThePriceCannotFollowLeavesTheStreamAsItIs() {
        var second = add("two");
        beginAnew();
        changeUntilThePriceCanFollowNoMore(second);
        assertThat(passedOn()).containsExactly(first);
        var cost = status().cost();

        live.destinations().enable("alice", second, true);

        assertThat(passedOn()).containsExactly(first);
        assertThat(status(second).lastError()).isEqualTo(TOO_OFTEN);
        assertThat(status().cost()).isEqualTo(cost);
        assertThat(relay.isPublishing(session)).isTrue();
    }

    @Test
    void whatIsTakenAwayGoesAlsoWhereThePriceCannotFollow() {
        pass(1);
        var second = add("two");
        changeUntilThePriceCanFollowNoMore(second);
        assertThat(passedOn()).containsExactly(first, second);

        live.streams().stop(session, second);
        assertThat(passedOn()).containsExactly(first);
        live.streams().start(session, second);
        assertThat(passedOn()).containsExactly(first, second);
        live.destinations().enable("alice", second, false);
        assertThat(passedOn()).containsExactly(first);

        // The price stays that of two.
        var cost = status().cost();
        pass(1);
        assertThat(status().cost()).isEqualTo(cost.plus(Money.of("USD", "0.20")));
    }

    private void beginAnew() {
        relay.hangUp(session);
        session = ((Admission.Admitted) relay.publish(key)).session();
        relay.heartbeat();
        relay.connectDestinations(session);
    }

    private void changeUntilThePriceCanFollowNoMore(DestinationId second) {
        live.wallets().credit("alice", Money.of("USD", "1000.00"), "order-2");
        for (var toggle = 0; status().session().metering().basis().steps().size() < 50; toggle++) {
            pass(1);
            live.destinations().enable("alice", second, toggle % 2 == 1);
        }
        pass(1);
        events.clear();
    }

    @Test
    void whatIsChangedWhileAPublisherIsLetInIsNotForgotten() {
        relay.hangUp(session);
        relay.objecting(target -> {
            relay.objecting(any -> Optional.empty());
            add("late");
            return Optional.empty();
        });
        session = ((Admission.Admitted) relay.publish(key)).session();
        time.runDue();
        assertThat(passedOn()).hasSize(2);
    }

    @Test
    void whatIsUnknownIsToldSo() {
        var nobody = new SessionId("nobody-at-all-0001");
        assertThatThrownBy(() -> live.streams().retryNow(nobody, first))
                .hasMessage("The session nobody-at-all-0001 is not a stream that runs here; it may be over.");
        assertThatThrownBy(() -> live.streams().stop(session, new DestinationId("dst-x")))
                .hasMessage(
                        "The session " + session
                                + " has no destination dst-x; add it to the user's destinations, or enable it, and the stream goes there.");
        assertThat(live.streams().traffic(nobody)).isEmpty();
    }

    @Test
    void whatFlowsIsTold() {
        var flowing = List.of(new DestinationTraffic(first, 1_000, 8_000L));
        relay.traffic(session, flowing);
        assertThat(live.streams().traffic(session)).isEqualTo(flowing);
    }

    @Test
    void nobodyElsesStreamFollows() {
        live.destinations().add("bob", Destination.twitch("live_bob"));
        assertThat(passedOn()).containsExactly(first);
        assertThat(told()).isEmpty();
    }
}
