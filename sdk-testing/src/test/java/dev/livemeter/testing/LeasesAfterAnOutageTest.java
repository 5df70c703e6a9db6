package dev.livemeter.testing;

import static dev.livemeter.testing.Stage.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.money.Increment;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two nodes whose store is away for longer than their leases hold: neither takes the other, which lives, for dead. */
class LeasesAfterAnOutageTest {

    private static final Duration OUTAGE = Duration.ofSeconds(25);
    private static final Tariff TARIFF = Tariff.perMinute("USD", "0.60").in(Increment.SECONDS);

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.shared(time);
    private final MeterNode looksFirst = new MeterNode(books, time, rules -> rules.quota(Duration.ofMinutes(5)));
    private final MeterNode other = new MeterNode(books, time, rules -> rules.quota(Duration.ofMinutes(5)));
    private SessionId session;

    @BeforeEach
    void goLive() {
        books.credit(new CreditRequest(new TransferId("order-1"), MeterNode.ALICE, usd("50.00"), ""))
                .orElseThrow();
        session = other.open(TARIFF);
        other.run(session, Duration.ofSeconds(12));
    }

    private void setAway(boolean away) {
        looksFirst.storeAway = away;
        looksFirst.away = away;
        other.storeAway = away;
        other.away = away;
    }

    @Test
    void whoCouldNotRenewItsLeaseBecauseTheStoreWasAwayKeepsItsSessions() {
        setAway(true);
        other.run(session, OUTAGE);
        setAway(false);
        other.run(session, Duration.ofMinutes(1));
        assertThat(other.meter.running(session)).isPresent();
        assertThat(books.sessions().find(session).orElseThrow().state()).isEqualTo(SessionState.LIVE);
        assertThat(looksFirst.orders).isEmpty();
        assertThat(other.orders).isEmpty();
    }

    @Test
    void whoDiedMeanwhileIsFoundOneLeaseLater() {
        setAway(true);
        other.run(session, OUTAGE);
        looksFirst.storeAway = false;
        looksFirst.away = false;
        // The other one stays away: nothing but time shows that.
        other.run(session, Duration.ofSeconds(15));
        assertThat(books.sessions().find(session).orElseThrow().state()).isEqualTo(SessionState.LIVE);
        other.run(session, Duration.ofSeconds(10));
        assertThat(books.sessions().find(session).orElseThrow().state().isOver())
                .isTrue();
    }
}
