package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.groups.Tuple.tuple;

import dev.livemeter.Livemeter;
import dev.livemeter.billing.Sales;
import dev.livemeter.billing.SalesQuery;
import dev.livemeter.billing.SalesQuery.Dimension;
import dev.livemeter.destination.Destination;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority.Admission;
import java.time.Duration;
import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a stream cost, by the platforms that it went to while it ran. */
class SoldByPlatformTest {

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.create(time);
    private final InMemoryRelay relay = InMemoryRelay.create();
    private Livemeter live;
    private SessionId session;

    @BeforeEach
    void goLive() {
        live = Livemeter.builder()
                .wallet(books)
                .relay(relay)
                .provider(InMemoryStreamProvider.named("twitch"))
                .provider(InMemoryStreamProvider.named("youtube"))
                .tariff(Tariff.perMinute("USD", "6.00").in(Increment.SECONDS))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .build();
        live.wallets().credit("alice", Money.of("USD", "20.00"), "order-1");
        live.destinations().add("alice", Destination.twitch("live_1"));
        var key = live.streamKeys().create("alice").reveal();
        session = ((Admission.Admitted) relay.publish(key)).session();
        relay.connectDestinations(session);
    }

    @AfterEach
    void close() {
        live.close();
    }

    private void pass(int seconds) {
        for (var second = 0; second < seconds; second++) {
            time.advance(Duration.ofSeconds(1));
            relay.heartbeat();
        }
    }

    @Test
    void aDestinationOnAirIsChargedFromWhenItWasLive() {
        pass(30);
        var second =
                live.destinations().add("alice", Destination.youtube("live_2")).id();
        pass(5);
        relay.connectDestination(session, second);
        pass(15);
        live.destinations().remove("alice", second);
        pass(10);
        relay.hangUp(session);

        var day = LocalDate.of(2026, 1, 1);
        assertThat(books.reports()
                        .sales(SalesQuery.between(day, day.plusDays(1)).by(Dimension.PLATFORM)))
                .extracting(Sales::key, Sales::sessions, sales -> sales.time().toSeconds(), Sales::amount)
                .containsExactly(
                        tuple(List.of("twitch"), 1L, 48L, Money.of("USD", "4.80")),
                        tuple(List.of("youtube"), 1L, 12L, Money.of("USD", "1.20")));
    }
}
