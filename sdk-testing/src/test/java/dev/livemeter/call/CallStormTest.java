package dev.livemeter.call;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.call.Calls.Invitation;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.spi.PeerAuthority.Departure;
import dev.livemeter.testing.InMemoryBooks;
import dev.livemeter.testing.InMemoryPeers;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Many threads call, accept, report, hang up, go and come back, all at once and on the real clock: nothing waits for ever, nothing stays open, nothing is charged twice. */
final class CallStormTest {

    private static final Currency USD = Currency.getInstance("USD");
    private static final int PAIRS = 6;
    private static final int THREADS = 6;
    private static final int ACTS = 400;

    private final InMemoryPeers peers = InMemoryPeers.create();
    private final InMemoryBooks books = InMemoryBooks.create(TimeSource.system());
    private final AtomicLong numbers = new AtomicLong();

    @Test
    @Timeout(180)
    void nothingHangsAndTheBooksAreRight() throws Exception {
        var policy = CallPolicy.builder(USD)
                .credit(SessionPolicy.builder(USD)
                        .minimumToStart(Money.of("USD", "0.10"))
                        .lowBalanceBelow(Money.of("USD", "0.05"))
                        .finalUnit(FinalUnitAction.RESTRICT)
                        .quota(Duration.ofSeconds(1))
                        .renewBefore(Duration.ofMillis(500))
                        .settleEvery(Duration.ofMillis(200))
                        .build())
                .reportEvery(Duration.ofMillis(200))
                .silence(Duration.ofMillis(600))
                .reconnectWithin(Duration.ofMillis(50))
                .build();
        var threads = Executors.newFixedThreadPool(THREADS);
        try (var live = Livemeter.builder()
                .wallet(books)
                .tariff(Tariff.perMinute("USD", "6.00").in(Increment.SECONDS))
                .calls(policy, peers)
                .build()) {
            peers.ask(live.calls().authority());
            for (var pair = 0; pair < PAIRS; pair++) {
                live.wallets().credit("viewer" + pair, Money.of("USD", "50.00"), "order-" + pair);
                peers.connect(live.calls().token("viewer" + pair, ""));
                peers.connect(live.calls().token("caster" + pair, ""));
            }
            List<Future<?>> all = new ArrayList<>();
            for (var thread = 0; thread < THREADS; thread++) {
                var random = new Random(thread);
                all.add(threads.submit(() -> {
                    for (var act = 0; act < ACTS; act++) {
                        act(live, random);
                    }
                }));
            }
            for (var one : all) {
                one.get(120, TimeUnit.SECONDS);
            }
        } finally {
            threads.shutdownNow();
        }
        assertThat(books.ledger().verify().findings()).isEmpty();
        for (var pair = 0; pair < PAIRS; pair++) {
            var balance = books.balance(UserId.of("viewer" + pair)).orElseThrow();
            assertThat(balance.posted()).isEqualTo(balance.available());
            var spent = books.sessions().history(UserId.of("viewer" + pair), 500, null).stream()
                    .map(session -> session.metering().charged())
                    .reduce(Money.of("USD", "0.00"), Money::plus);
            assertThat(balance.posted().plus(spent)).isEqualTo(Money.of("USD", "50.00"));
        }
        assertThat(books.sessions().open()).isEmpty();
    }

    private void act(Livemeter live, Random random) {
        var pair = random.nextInt(PAIRS);
        var viewer = "viewer" + pair;
        var caster = "caster" + pair;
        var current = live.calls().current(viewer).map(status -> status.call().id());
        if (current.isEmpty()) {
            var price =
                    live.calls().price(viewer, caster, Duration.ofMinutes(1)).reference();
            live.calls().invite(viewer, new Invitation(caster, price, Duration.ZERO, ""));
            return;
        }
        var id = current.get();
        try {
            switch (random.nextInt(12)) {
                case 0 -> live.calls().hangUp(random.nextBoolean() ? viewer : caster, id);
                case 1 -> {
                    peers.leave(PeerNames.of(UserId.of(viewer)), Departure.LOST);
                    peers.connect(live.calls().token(viewer, ""));
                }
                case 2 -> live.calls().report(viewer, id, false, numbers.incrementAndGet());
                case 3 -> live.calls().end(id, "a storm");
                case 4 -> live.calls().extend(viewer, id, Duration.ofHours(4));
                case 5, 6, 7 -> live.calls().accept(caster, id, "");
                default -> {
                    live.calls().report(viewer, id, true, numbers.incrementAndGet());
                    live.calls().report(caster, id, true, numbers.incrementAndGet());
                    live.calls().status(viewer, id);
                }
            }
            Thread.sleep(random.nextInt(3));
        } catch (dev.livemeter.LivemeterException over) {
            assertThat(over.code()).isEqualTo("call.unknown");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
