package dev.livemeter.testing;

import static dev.livemeter.testing.MeterNode.ALICE;
import static dev.livemeter.testing.Stage.usd;
import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.money.DestinationFactor;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatedSpan;
import dev.livemeter.money.Tariff;
import dev.livemeter.money.Tier;
import dev.livemeter.session.Prices;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.tariff.Service;
import dev.livemeter.tariff.TariffKey;
import dev.livemeter.tariff.Tariffs;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Sessions on tariffs with tiers and factors: ten cents a second, from the eleventh second of a month on half of it, half as much again from the second destination on. */
final class RatedSessionsTest {

    private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
    private static final Tariff TARIFF = Tariff.perMinute("USD", "6.00")
            .in(Increment.SECONDS)
            .withTiers(new Tier(Duration.ofSeconds(10), 5_000))
            .withFactors(new DestinationFactor(2, 1_500));

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.shared(time);
    private final MeterNode node = new MeterNode(books, time, rules -> rules);

    @BeforeEach
    void pay() {
        books.credit(new CreditRequest(new TransferId("order-1"), ALICE, usd("100.00"), ""))
                .orElseThrow();
    }

    @Test
    void costsTheSameInOneSessionAsInSeveral() {
        assertThat(run(Duration.ofSeconds(14)).metering().charged()).isEqualTo(usd("1.20"));
        time.setWall(Instant.parse("2026-02-01T12:00:00Z"));
        assertThat(run(Duration.ofSeconds(7)).metering().charged()).isEqualTo(usd("0.70"));
        assertThat(run(Duration.ofSeconds(7)).metering().charged()).isEqualTo(usd("0.50"));
    }

    @Test
    void beginsAnewWithTheMonthOfThePayersCalendar() {
        // Berlin is an hour ahead: there it is February five seconds from now.
        time.setWall(Instant.parse("2026-01-31T22:59:55Z"));
        assertThat(run(Duration.ofSeconds(20)).metering().charged()).isEqualTo(usd("1.75"));
    }

    @Test
    void beginsAnewWhereTheMonthTurnsBetweenOpeningAndDelivery() {
        time.setWall(Instant.parse("2026-01-31T22:00:00Z"));
        run(Duration.ofSeconds(14));
        time.setWall(Instant.parse("2026-01-31T22:59:59Z"));
        var id = node.authorize(TARIFF, 1);
        time.advance(Duration.ofSeconds(2));
        node.meter.delivered(id);
        node.run(id, Duration.ofSeconds(12));
        node.end(id);

        assertThat(stored(id).metering().charged()).isEqualTo(usd("1.10"));
    }

    @Test
    void countsWhatAnotherSessionOfThePayerUsesMeanwhile() {
        var first = node.open(TARIFF);
        var second = node.open(TARIFF);
        for (var i = 0; i < 20; i++) {
            time.advance(Duration.ofSeconds(1));
            node.meter.alive(first);
            node.meter.alive(second);
        }
        node.end(first);
        node.end(second);

        var charged = stored(first)
                .metering()
                .charged()
                .plus(stored(second).metering().charged());
        // Ten seconds in full and thirty at half would be 2.50; each learns of the other when its quota is renewed.
        assertThat(charged).isBetween(usd("2.50"), usd("3.00"));
        assertThat(stored(first).metering().charged()).isLessThan(usd("1.50"));
    }

    @Test
    void chargesTheHigherFactorForTheWholeStepInWhichADestinationCame() {
        var minutes = TARIFF.in(Increment.parse("4/4")).withTiers();
        var id = node.open(minutes);
        node.run(id, Duration.ofSeconds(6));
        node.meter.destinations(id, 3);
        node.run(id, Duration.ofSeconds(3));
        node.meter.destinations(id, 1);
        node.run(id, Duration.ofSeconds(4));
        node.end(id);

        // 4 s plain, 4 s and 4 s at 1.5, 4 s plain.
        assertThat(stored(id).metering().charged()).isEqualTo(usd("2.00"));
        var explained = new Prices(tariffs(), TARIFF, books.sessions(), time, user -> BERLIN).explain(stored(id));
        assertThat(explained.stream().map(RatedSpan::amount).reduce(Money::plus))
                .contains(usd("2.00"));
        assertThat(explained).extracting(RatedSpan::destinations).containsExactly(1, 3, 1);
    }

    @Test
    void keepsThePriceThatASessionBeganWith() {
        var tariffs = tariffs();
        var key = TariffKey.of(Service.RELAY);
        tariffs.publish(key, TARIFF, time.instant());
        var prices = new Prices(tariffs, Tariff.perMinute("USD", "0.10"), books.sessions(), time, user -> BERLIN);
        var price = prices.inForce(key);
        assertThat(price.version()).isEqualTo("relay#1");
        var id = node.open(price.tariff());
        tariffs.publish(key, Tariff.perMinute("USD", "600.00"), time.instant());
        node.run(id, Duration.ofSeconds(5));
        node.end(id);

        assertThat(stored(id).metering().charged()).isEqualTo(usd("0.50"));
        assertThat(prices.inForce(key).version()).isEqualTo("relay#2");
    }

    @Test
    void quotesWhatASessionWouldCostNow() {
        run(Duration.ofSeconds(8));
        var prices = new Prices(tariffs(), TARIFF, books.sessions(), time, user -> BERLIN);
        var quote = prices.quote(ALICE, TariffKey.of(Service.CALL), Duration.ofSeconds(4), 1);

        assertThat(quote.usedThisMonth()).isEqualTo(Duration.ofSeconds(8));
        assertThat(quote.cost()).isEqualTo(usd("0.30"));
        assertThat(quote.price().version()).isEmpty();
        assertThat(quote.explanation().stream().map(RatedSpan::amount).reduce(Money::plus))
                .contains(usd("0.30"));
    }

    private Tariffs tariffs() {
        return new Tariffs(books.tariffs(), TARIFF.currency());
    }

    private Session run(Duration span) {
        var id = node.open(TARIFF);
        node.run(id, span);
        node.end(id);
        return stored(id);
    }

    private Session stored(SessionId id) {
        return books.sessions().find(id).orElseThrow();
    }
}
