package dev.livemeter.testing;

import static dev.livemeter.testing.Stage.usd;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.event.Events;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Meter;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.Settler;
import dev.livemeter.wallet.CreditRequest;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/** The answer to an opening is lost, and its unit ends when the hold was given back already. */
class LateOpeningTest implements Settler {

    private static final UserId ALICE = UserId.of("alice");
    private static final Duration LATE = Duration.ofMillis(500);

    private final ManualTime time = ManualTime.create();
    private final InMemoryBooks books = InMemoryBooks.shared(time);
    private final AtomicLong ids = new AtomicLong();
    private boolean late;

    @Override
    public List<SettleResult> settle(List<SettleRequest> batch) {
        if (!late) {
            return books.settle(batch);
        }
        late = false;
        time.after(LATE, () -> books.settle(batch));
        throw new LivemeterException("test.away", "The answer is lost.", true, null);
    }

    @Test
    void itIsFoundAtTheNextLookAndItsHoldGivenBack() {
        books.credit(new CreditRequest(new TransferId("order-1"), ALICE, usd("50.00"), ""))
                .orElseThrow();
        var meter = meter();
        meter.start(false);
        var id = meter.newId();
        late = true;

        assertThatThrownBy(() -> meter.open(
                        id,
                        new SessionTerms(Lane.RELAY, ALICE, null, "", null, List.of()),
                        Tariff.perMinute("USD", "0.60"),
                        1,
                        books.balance(ALICE).orElseThrow()))
                .isInstanceOf(LivemeterException.class);
        time.advance(LATE);
        assertThat(books.balance(ALICE).orElseThrow().held()).isEqualTo(usd("1.00"));

        time.advance(Duration.ofSeconds(5));
        assertThat(books.balance(ALICE).orElseThrow().held()).isEqualTo(usd("0.00"));
        assertThat(books.balance(ALICE).orElseThrow().posted()).isEqualTo(usd("50.00"));
        assertThat(books.sessions().find(id).orElseThrow().state().isOver()).isTrue();
    }

    private Meter meter() {
        return new Meter(
                books,
                books.sessions(),
                this,
                time,
                time,
                () -> String.format("id%08d", ids.incrementAndGet()),
                new Events(Runnable::run),
                SessionPolicy.builder(Currency.getInstance("USD"))
                        .minimumToStart(usd("1.00"))
                        .build(),
                user -> ZoneOffset.UTC);
    }
}
