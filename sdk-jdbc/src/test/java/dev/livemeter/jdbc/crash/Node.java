package dev.livemeter.jdbc.crash;

import dev.livemeter.event.Events;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.jdbc.JdbcWallet;
import dev.livemeter.money.Money;
import dev.livemeter.session.Delivery;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Meter;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.Settler;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.Currency;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/** An application that meters calls, and obeys when one is to be cut. Thread-safe. */
final class Node implements Delivery {

    /** How often the proof of life is stored, in these tests. */
    static final Duration PROVE_EVERY = Duration.ofSeconds(2);

    final Meter meter;
    final Queue<LiveEvent> events = new ConcurrentLinkedQueue<>();
    final Set<SessionId> cut = ConcurrentHashMap.newKeySet();
    private final Consumer<SessionId> onCut;

    /**
     * A node that meters nothing yet.
     *
     * @param onCut is told what is to be cut, before the meter is told that it is
     */
    Node(
            JdbcWallet wallet,
            TimeSource time,
            Scheduler scheduler,
            UnaryOperator<SessionPolicy.Builder> rules,
            Consumer<SessionId> onCut) {
        this(wallet, wallet, time, scheduler, rules, onCut);
    }

    /** A node whose settlements somebody else sees, too. */
    Node(
            JdbcWallet wallet,
            Settler settler,
            TimeSource time,
            Scheduler scheduler,
            UnaryOperator<SessionPolicy.Builder> rules,
            Consumer<SessionId> onCut) {
        this.onCut = onCut;
        var told = new Events(Runnable::run);
        told.subscribe(events::add);
        meter = new Meter(
                wallet,
                wallet.sessions(),
                settler,
                time,
                scheduler,
                IdSource.random(),
                told,
                policy(rules),
                user -> ZoneOffset.UTC);
        meter.deliver(Lane.CALL, this);
    }

    private static SessionPolicy policy(UnaryOperator<SessionPolicy.Builder> rules) {
        return rules.apply(SessionPolicy.builder(Currency.getInstance("USD"))
                        .minimumToStart(Money.of("USD", "1.00"))
                        .lowBalanceBelow(Money.of("USD", "0.00"))
                        .quota(Duration.ofSeconds(5))
                        .renewBefore(Duration.ofSeconds(2))
                        .settleEvery(PROVE_EVERY.multipliedBy(2))
                        .proveEvery(PROVE_EVERY))
                .build();
    }

    <E extends LiveEvent> List<E> told(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public void cut(SessionId session) {
        if (cut.add(session)) {
            onCut.accept(session);
        }
        meter.ended(session, EndCause.LEFT);
    }
}
