package dev.livemeter.benchmarks;

import dev.livemeter.event.Events;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Increment;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Delivery;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Meter;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.TimeSource;
import dev.livemeter.time.WorkerThreads;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.WalletBalance;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * A real meter in real time with many live sessions, a signal of life from each, and some whose money ends while it is looked at. The thread that
 * made it uses it.
 */
final class MeterRun implements Delivery, AutoCloseable {

    private static final String USD = "USD";
    private static final Tariff TARIFF = Tariff.perMinute(USD, "0.06").in(Increment.SECONDS);
    private static final long MICROS_A_SECOND = 1_000;
    private static final Money PLENTY = Money.of(USD, "1000.00");
    private static final int OPENING_THREADS = 8;
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Duration PATIENCE = Duration.ofMinutes(3);

    private final Books books;
    private final SettlerClock clock;
    private final SettlerGate gate;
    private final ExecutorService workers = WorkerThreads.create();
    private final SystemScheduler scheduler = new SystemScheduler(workers);
    private final Meter meter;
    private final List<SessionId> live = new ArrayList<>();
    private final Set<SessionId> ended = ConcurrentHashMap.newKeySet();
    private final Map<SessionId, Long> paidToNanos = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Double> cutErrors = new ConcurrentLinkedQueue<>();
    private final AtomicLong charged = new AtomicLong();
    private long paidIn;
    private volatile boolean beating = true;

    /** A meter on those books. */
    MeterRun(Books on, SessionPolicy policy) {
        this.clock = new SettlerClock(on.settler());
        this.gate = new SettlerGate(clock);
        this.books = on.settledBy(any -> gate);
        this.meter = new Meter(
                books.wallet(),
                books.sessions(),
                books.settler(),
                TimeSource.system(),
                scheduler,
                IdSource.ordered(TimeSource.system()),
                new Events(workers),
                policy,
                user -> ZoneOffset.UTC);
        meter.deliver(Lane.RELAY, this);
        meter.start(false);
    }

    /** A policy under which sessions are proven and settled so often; a quota is a minute, or what is settled at once where that is more. */
    static SessionPolicy policy(Duration proveEvery, Duration settleEvery) {
        var quota = settleEvery.compareTo(MINUTE) > 0 ? settleEvery : MINUTE;
        return SessionPolicy.builder(PLENTY.currency())
                .quota(quota)
                .minimumToStart(Money.ofMicros(USD, MICROS_A_SECOND))
                .lowBalanceBelow(Money.ofMicros(USD, 0))
                .proveEvery(proveEvery)
                .settleEvery(settleEvery)
                .build();
    }

    /**
     * Opens sessions with plenty of money.
     *
     * @return how many a second
     */
    double open(String name, int count) throws Exception {
        return open(name, count, number -> PLENTY);
    }

    /** Opens sessions with money for {@code from} and up to {@code span} longer. */
    void openEnding(String name, int count, Duration from, Duration span, long seed) throws Exception {
        var random = new Random(seed);
        var micros = random.longs(count, 0, span.toMillis())
                .map(millis -> from.plusMillis(millis).toSeconds() * MICROS_A_SECOND)
                .toArray();
        open(name, count, number -> Money.ofMicros(USD, micros[number]));
    }

    /** Opens sessions with plenty of money on books that ask nobody for it. */
    void openUnpaid(String name, int count) throws Exception {
        openAll(
                IntStream.range(0, count)
                        .mapToObj(number -> UserId.of(name + "-" + number))
                        .toList(),
                number -> PLENTY);
    }

    private double open(String name, int count, IntFunction<Money> balances) throws Exception {
        var owners = new ArrayList<UserId>();
        var amounts = new ArrayList<Money>();
        for (var i = 0; i < count; i++) {
            owners.add(UserId.of(name + "-" + i));
            amounts.add(balances.apply(i));
            paidIn += amounts.get(i).micros();
        }
        books.credit(owners, amounts);
        return openAll(owners, amounts::get);
    }

    private double openAll(List<UserId> owners, IntFunction<Money> balances) throws Exception {
        var count = owners.size();
        var ids = new SessionId[count];
        var from = System.nanoTime();
        Load.each(OPENING_THREADS, count, number -> ids[number] = open(owners.get(number), balances.apply(number)));
        var seconds = (System.nanoTime() - from) / 1e9;
        synchronized (live) {
            live.addAll(List.of(ids));
        }
        return count / seconds;
    }

    private SessionId open(UserId owner, Money balance) {
        var id = meter.newId();
        meter.open(
                        id,
                        new SessionTerms(Lane.RELAY, owner, null, "", null, List.of()),
                        TARIFF,
                        1,
                        new WalletBalance(owner, balance, Money.zero(balance.currency())))
                .orElseThrow();
        if (!balance.equals(PLENTY)) {
            // Before the order, so that what is measured is never less than the error.
            paidToNanos.put(id, System.nanoTime() + TARIFF.affordable(balance).toNanos());
        }
        meter.delivered(id);
        return id;
    }

    /** From now on each session gives a sign of life that often. */
    void beat(Duration every) {
        var beats = new Thread(() -> heartbeats(every.toNanos()), "heartbeats");
        beats.setDaemon(true);
        beats.start();
    }

    private void heartbeats(long every) {
        var next = System.nanoTime();
        var turn = 0L;
        var done = 0.0;
        while (beating) {
            final List<SessionId> all;
            synchronized (live) {
                all = live;
                done += (double) all.size() * SLICE_NANOS / every;
                for (; done >= 1; done--) {
                    meter.alive(all.get((int) (turn++ % all.size())));
                }
            }
            next += SLICE_NANOS;
            LockSupport.parkNanos(next - System.nanoTime());
        }
    }

    /** Looks on for whole seconds. */
    Seen look(Duration window, @Nullable BenchDatabase database) {
        var seconds = (int) window.toSeconds();
        var from = System.nanoTime();
        var ownBefore = ProcessorTime.own();
        var theirsBefore = cpu(database);
        sleep(Duration.ofSeconds(seconds));
        var own = ProcessorTime.own().minus(ownBefore);
        var theirs = cpu(database).minus(theirsBefore);
        var took = (System.nanoTime() - from) / 1e9;
        return new Seen(clock.since(from, seconds), own.toNanos() / 1e9 / took, theirs.toNanos() / 1e9 / took);
    }

    /**
     * What was seen of a load.
     *
     * @param ownCores how many cores this process kept busy
     * @param databaseCores how many the database did
     */
    record Seen(SettlerClock.Seen settling, double ownCores, double databaseCores) {}

    /**
     * Lets nothing be settled for so long, and then everything: what sessions want meanwhile waits, and is due at the same moment. Signs of life go on.
     *
     * @param pause longer than what lies between two looks at a session, and shorter than it is paid ahead
     * @param captured whether a session is settled only when something was captured; else any answer will do
     */
    Rush settleAllAtOnce(Duration pause, boolean captured, BenchDatabase database) throws InterruptedException {
        gate.shut();
        sleep(pause);
        final List<SessionId> running;
        synchronized (live) {
            running = live.stream().filter(id -> !ended.contains(id)).toList();
        }
        var ownBefore = ProcessorTime.own();
        var theirsBefore = database.cpu();
        var served = gate.openAndAwait(running, answer -> !captured || isCaptured(answer), PATIENCE);
        var own = ProcessorTime.own().minus(ownBefore);
        var theirs = database.cpu().minus(theirsBefore);
        var count = running.size();
        return new Rush(
                served.took().toNanos() / 1e9,
                100.0 * served.renewed() / count,
                own.toNanos() / 1e3 / count,
                theirs.toNanos() / 1e3 / count);
    }

    private static boolean isCaptured(SettleResult.Settled answer) {
        return !answer.captures().isEmpty()
                && answer.captures().stream().allMatch(CaptureResult.Captured.class::isInstance)
                && !(answer.hold() instanceof HoldResult.Declined);
    }

    /**
     * What was seen where all were due at the same moment.
     *
     * @param seconds from then until the last was settled
     * @param renewedPercent of the sessions, a quota was renewed along
     * @param ownMicros processor of this process for each of them
     * @param databaseMicros processor of the database for each
     */
    record Rush(double seconds, double renewedPercent, double ownMicros, double databaseMicros) {}

    private static Duration cpu(@Nullable BenchDatabase database) {
        return database == null ? Duration.ZERO : database.cpu();
    }

    static void sleep(Duration time) {
        var until = System.nanoTime() + time.toNanos();
        for (var left = time.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** How late each cut was ordered, in milliseconds. */
    List<Double> cutErrors() {
        return List.copyOf(cutErrors);
    }

    /** Waits until so many sessions are over. */
    void awaitEnded(int count) {
        var until = System.nanoTime() + PATIENCE.toNanos();
        while (ended.size() < count) {
            if (System.nanoTime() - until > 0) {
                throw new IllegalStateException(
                        ended.size() + " of " + count + " sessions ended within " + PATIENCE + "; all were told to.");
            }
            sleep(Duration.ofMillis(10));
        }
    }

    /** Ends all sessions. */
    void finish() throws Exception {
        beating = false;
        List<SessionId> all;
        synchronized (live) {
            all = List.copyOf(live);
        }
        Load.each(OPENING_THREADS, all.size(), number -> meter.ended(all.get(number), EndCause.LEFT));
        awaitEnded(all.size());
        meter.end();
    }

    /** Fails unless the books are right and hold what the sessions say. */
    void prove() {
        books.prove(Money.ofMicros(USD, paidIn), Money.ofMicros(USD, charged.get()));
    }

    @Override
    public void cut(SessionId session) {
        var expected = paidToNanos.remove(session);
        if (expected != null) {
            cutErrors.add((System.nanoTime() - expected) / 1e6);
        }
        workers.execute(() -> meter.ended(session, EndCause.LEFT));
    }

    @Override
    public void over(Session session) {
        charged.addAndGet(session.metering().charged().micros());
        ended.add(session.id());
    }

    @Override
    public void close() {
        beating = false;
        gate.open();
        scheduler.close();
        workers.shutdown();
    }
}
