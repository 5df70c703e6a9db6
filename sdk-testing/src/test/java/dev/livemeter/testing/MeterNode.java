package dev.livemeter.testing;

import static dev.livemeter.testing.Stage.usd;

import dev.livemeter.LivemeterException;
import dev.livemeter.event.Events;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Delivery;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Meter;
import dev.livemeter.session.Payee;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionStatus;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.Settler;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.UnaryOperator;

/** One application that meters calls of Alice, of which Bob earns 70 %, on books that it may share with others. */
final class MeterNode implements Delivery, Settler {

    static final UserId ALICE = UserId.of("alice");
    static final UserId BOB = UserId.of("bob");

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final AtomicLong IDS = new AtomicLong();

    final List<LiveEvent> events = new ArrayList<>();
    final List<String> orders = new ArrayList<>();
    final Meter meter;
    boolean away;
    boolean storeAway;
    private final InMemoryBooks books;
    private final ManualTime time;

    MeterNode(InMemoryBooks books, ManualTime time, UnaryOperator<SessionPolicy.Builder> rules) {
        this.books = books;
        this.time = time;
        var told = new Events(Runnable::run);
        told.subscribe(events::add);
        var policy = rules.apply(SessionPolicy.builder(Currency.getInstance("USD"))
                        .minimumToStart(usd("1.00"))
                        .lowBalanceBelow(usd("0.00"))
                        .quota(Duration.ofSeconds(5))
                        .renewBefore(Duration.ofSeconds(2))
                        .settleEvery(SECOND))
                .build();
        meter = new Meter(
                books,
                store(),
                this,
                time,
                time,
                () -> String.format("id%08d", IDS.incrementAndGet()),
                told,
                policy,
                user -> ZoneId.of("Europe/Berlin"));
        meter.deliver(Lane.CALL, this);
        meter.start(false);
    }

    private SessionStore store() {
        return (SessionStore) Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {SessionStore.class}, (proxy, method, arguments) -> {
                    if (storeAway) {
                        throw new LivemeterException("test.away", "The store is away.", true, null);
                    }
                    try {
                        return method.invoke(books.sessions(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    SessionId open(Tariff tariff) {
        return open(tariff, 1);
    }

    SessionId open(Tariff tariff, int destinations) {
        var id = authorize(tariff, destinations);
        meter.delivered(id);
        return id;
    }

    /** Opens a session that nothing is delivered of yet. */
    SessionId authorize(Tariff tariff, int destinations) {
        var id = meter.newId();
        var terms = new SessionTerms(Lane.CALL, ALICE, new Payee(BOB, new Share(7_000)), "call#1", null, List.of());
        meter.open(id, terms, tariff, destinations, books.balance(ALICE).orElseThrow())
                .orElseThrow();
        return id;
    }

    /** Lets time pass, with a sign of life each second. */
    void run(SessionId id, Duration span) {
        for (var passed = Duration.ZERO; passed.compareTo(span) < 0; passed = passed.plus(SECOND)) {
            time.advance(SECOND);
            meter.alive(id);
        }
    }

    void end(SessionId id) {
        meter.ended(id, EndCause.LEFT);
    }

    SessionStatus status(SessionId id) {
        return meter.running(id).orElseThrow();
    }

    <E extends LiveEvent> List<E> told(Class<E> type) {
        return events.stream().filter(type::isInstance).map(type::cast).toList();
    }

    @Override
    public List<SettleResult> settle(List<SettleRequest> batch) {
        if (away) {
            throw new LivemeterException("test.away", "The billing is away.", true, null);
        }
        return books.settle(batch);
    }

    @Override
    public void cut(SessionId session) {
        orders.add("cut " + session);
        meter.ended(session, EndCause.LEFT);
    }

    @Override
    public boolean hasPreview() {
        return true;
    }

    @Override
    public void restrict(SessionId session, FinalUnitAction action) {
        orders.add("restrict " + session + " " + action);
    }

    @Override
    public void resume(SessionId session) {
        orders.add("resume " + session);
    }
}
