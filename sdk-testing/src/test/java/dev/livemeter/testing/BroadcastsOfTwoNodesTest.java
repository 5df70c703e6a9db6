package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.account.AccountId;
import dev.livemeter.account.PlatformAccount;
import dev.livemeter.account.PlatformIdentity;
import dev.livemeter.account.StoredAccount;
import dev.livemeter.broadcast.BroadcastReport.Phase;
import dev.livemeter.broadcast.BroadcastState;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.testing.InMemoryVideoPlatform.Question;
import java.net.URI;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** Two nodes on one set of books. Each has a clock of its own, so that one can die while the other goes on. */
class BroadcastsOfTwoNodesTest {

    private static final AccountId ACCOUNT = new AccountId("acc-alice");

    private final ManualTime oneTime = ManualTime.create();
    private final ManualTime otherTime = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.shared(otherTime);
    private final InMemoryVideoPlatform youtube = InMemoryVideoPlatform.named("youtube");
    private final InMemoryRelay relay = InMemoryRelay.create();
    private final Livemeter one = node("one", oneTime, relay);
    private final Livemeter other = node("two", otherTime, InMemoryRelay.create());

    private Livemeter node(String name, ManualTime time, InMemoryRelay relay) {
        var ids = new AtomicLong();
        var tariff = Tariff.perMinute("USD", "6.00").in(Increment.SECONDS);
        return Livemeter.builder()
                .wallet(books)
                .relay(relay)
                .provider(youtube)
                .tariff(tariff)
                .policy(SessionPolicy.builder(tariff.currency())
                        .minimumToStart(Money.of("USD", "1.00"))
                        .build())
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .ids(() -> name + String.format("%08d", ids.incrementAndGet()))
                .build();
    }

    private void pass(Duration span) {
        for (var passed = Duration.ZERO; passed.compareTo(span) < 0; passed = passed.plusSeconds(1)) {
            oneTime.advance(Duration.ofSeconds(1));
            otherTime.advance(Duration.ofSeconds(1));
            relay.heartbeat();
        }
    }

    private SessionId goLive() {
        one.wallets().credit("alice", Money.of("USD", "500.00"), "order-1");
        books.accounts()
                .orElseThrow()
                .insert(new StoredAccount(
                        new PlatformAccount(
                                ACCOUNT,
                                UserId.of("alice"),
                                "youtube",
                                new PlatformIdentity("UC1", "Alice"),
                                Set.of(),
                                PlatformAccount.State.CONNECTED,
                                "",
                                oneTime.instant()),
                        "sealed",
                        oneTime.instant(),
                        null,
                        1));
        one.destinations().add("alice", Destination.account("youtube", "Tube", ACCOUNT));
        var key = one.streamKeys().create("alice").reveal();
        var session = ((Admission.Admitted) relay.publish(key)).session();
        pass(Duration.ofSeconds(1));
        relay.connectDestinations(session);
        youtube.get(destination());
        pass(Duration.ofSeconds(5));
        return session;
    }

    private DestinationId destination() {
        return one.destinations().of("alice").get(0).id();
    }

    private BroadcastState state(SessionId session) {
        return other.broadcasts().of(session).get(0).state();
    }

    @Test
    void theOtherNodeLeavesAloneWhatRunsForLong() {
        var session = goLive();
        youtube.interval(Duration.ofMinutes(10));
        pass(Duration.ofMinutes(12));
        assertThat(state(session)).isEqualTo(BroadcastState.LIVE);
        assertThat(youtube.phase(destination())).contains(Phase.LIVE);
        relay.hangUp(session);
        pass(Duration.ofMinutes(1));
        assertThat(state(session)).isEqualTo(BroadcastState.ENDED);
        assertThat(youtube.asked(Question.END)).isEqualTo(1);
        one.close();
        other.close();
    }

    @Test
    void theOtherNodeEndsWhatADeadOneLeft() {
        var session = goLive();
        oneTime.dropTasks();
        otherTime.advance(Duration.ofSeconds(30));
        assertThat(state(session)).isEqualTo(BroadcastState.ENDED);
        assertThat(youtube.phase(destination())).contains(Phase.ENDED);
        assertThat(youtube.asked(Question.END)).isEqualTo(1);
        other.close();
    }

    @Test
    void anAccountThatIsDisconnectedOnTheOtherNodeIsShownNothingForAnyMore() {
        var session = goLive();
        assertThat(other.accounts().disconnect("alice", ACCOUNT)).isTrue();
        assertThat(youtube.phase(destination())).contains(Phase.ENDED);
        assertThat(state(session)).isEqualTo(BroadcastState.ENDED);
        assertThat(youtube.asked(Question.END)).isEqualTo(1);
        pass(Duration.ofMinutes(2));
        assertThat(youtube.running()).isZero();
        one.close();
        other.close();
    }

    @Test
    void ofTwoThatFindAStepDueOneTakesIt() {
        var session = goLive();
        youtube.refuse(Question.END, new PlatformTrouble(true, Duration.ofMinutes(3), "away", "Nobody answers."));
        relay.hangUp(session);
        pass(Duration.ofSeconds(60));
        assertThat(youtube.asked(Question.END)).isEqualTo(1);
        youtube.recover();
        pass(Duration.ofMinutes(4));
        assertThat(state(session)).isEqualTo(BroadcastState.ENDED);
        assertThat(youtube.asked(Question.END)).isEqualTo(2);
        youtube.keep(destination(), URI.create("https://youtube.invalid/video/1"));
        pass(Duration.ofMinutes(10));
        assertThat(other.broadcasts().of(session).get(0).video()).isNotNull();
        assertThat(youtube.asked(Question.VIDEO)).isLessThanOrEqualTo(4);
        one.close();
        other.close();
    }
}
