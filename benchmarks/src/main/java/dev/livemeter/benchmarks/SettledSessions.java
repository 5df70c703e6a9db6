package dev.livemeter.benchmarks;

import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Metering;
import dev.livemeter.session.NodeId;
import dev.livemeter.session.Payee;
import dev.livemeter.session.Session;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionState;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.wallet.Allotment;
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureRequest.Remainder;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.HoldRequest;
import dev.livemeter.wallet.HoldResult;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Live sessions, each with a wallet and a hold of its own, that are settled in batches. A settlement is what a meter asks for: one capture, and
 * the row compared and set. A thread may settle sessions that no other does.
 */
final class SettledSessions {

    private static final String USD = "USD";
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Money CHARGE = Money.ofMicros(USD, NaiveBooks.CHARGE_MICROS);
    private static final Money PAID_IN = Money.of(USD, "1000.00");
    private static final Money HELD = Money.of(USD, "400.00");
    private static final Tariff TARIFF = Tariff.perMinute(USD, "0.10");
    private static final int SETUP_THREADS = 8;
    private static final int AT_ONCE = 1_000;
    private static final int PAYEES = 100;

    private final Books books;
    private final Session[] sessions;
    private final AtomicLong settled = new AtomicLong();
    private final AtomicLong captures = new AtomicLong();

    private SettledSessions(Books books, int count) {
        this.books = books;
        this.sessions = new Session[count];
    }

    /**
     * Pays wallets in, and opens a session with a hold for each.
     *
     * @param split whether a payee has 70 % of each capture
     */
    static SettledSessions open(Books books, String name, int count, Split split) throws Exception {
        var all = new SettledSessions(books, count);
        var owners = IntStream.range(0, count)
                .mapToObj(number -> UserId.of(name + "-" + number))
                .toList();
        books.credit(owners, owners.stream().map(owner -> PAID_IN).toList());
        Load.each(SETUP_THREADS, count, number -> {
            var session = authorizing(owners.get(number), name, number, split);
            books.sessions().insert(session);
            all.sessions[number] = session;
        });
        for (var from = 0; from < count; from += AT_ONCE) {
            all.hold(from, Math.min(from + AT_ONCE, count));
        }
        return all;
    }

    /** Who has what is captured. */
    enum Split {
        OPERATOR_ALONE,
        WITH_PAYEE
    }

    private static Session authorizing(UserId owner, String name, int number, Split split) {
        var now = now();
        @Nullable
        Payee payee =
                split == Split.WITH_PAYEE ? new Payee(UserId.of("payee-" + number % PAYEES), new Share(7_000)) : null;
        return new Session(
                new SessionId(String.format("%s-%08d", name, number)),
                new SessionTerms(Lane.RELAY, owner, payee, "", null, List.of()),
                SessionState.AUTHORIZING,
                now,
                null,
                now,
                null,
                Metering.start(TARIFF, RatingBasis.startingAt(now, ZoneOffset.UTC, 1, Duration.ZERO)),
                PAID_IN,
                null,
                null,
                new NodeId("benchmark"),
                0);
    }

    private void hold(int from, int to) {
        var batch = new ArrayList<SettleRequest>();
        for (var i = from; i < to; i++) {
            var before = sessions[i];
            var live = moved(before, SessionState.LIVE, Duration.ZERO);
            batch.add(new SettleRequest(
                    before,
                    live,
                    List.of(),
                    HoldRequest.exactly(batchHold(before), before.payer(), HELD, Duration.ofDays(1)),
                    List.of()));
        }
        take(from, books.settler().settle(batch));
    }

    /** Settles those from {@code from} to before {@code to}, in one batch. */
    void settle(int from, int to) {
        var batch = new ArrayList<SettleRequest>(to - from);
        for (var i = from; i < to; i++) {
            batch.add(request(sessions[i]));
        }
        take(from, books.settler().settle(batch));
        settled.addAndGet(to - from);
    }

    private static SettleRequest request(Session before) {
        var next = moved(before, before.state(), before.metering().used().plus(SECOND));
        var count = before.metering().captures() + 1;
        return new SettleRequest(
                before,
                next,
                List.of(new CaptureRequest(
                        new TransferId(before.id() + "/capture-" + count),
                        batchHold(before),
                        CHARGE,
                        Remainder.KEEP,
                        new Subject("session/" + before.id()),
                        allotment(before))),
                null,
                List.of());
    }

    private static @Nullable Allotment allotment(Session session) {
        var payee = session.terms().payee();
        return payee == null ? null : new Allotment(payee.user(), payee.share().of(CHARGE));
    }

    private void take(int from, List<SettleResult> results) {
        for (var i = 0; i < results.size(); i++) {
            if (!(results.get(i) instanceof SettleResult.Settled done)
                    || done.hold() instanceof HoldResult.Declined
                    || done.captures().stream().anyMatch(CaptureResult.Declined.class::isInstance)) {
                throw new IllegalStateException("Nothing was to be declined, but it was: " + results.get(i));
            }
            sessions[from + i] = done.session();
        }
    }

    /** Places another hold on each wallet, for {@link #capture}. */
    void holdEach() throws Exception {
        Load.each(
                SETUP_THREADS,
                sessions.length,
                number -> books.wallet()
                        .hold(HoldRequest.exactly(
                                singleHold(sessions[number]), sessions[number].payer(), HELD, Duration.ofDays(1)))
                        .orElseThrow());
    }

    /** Captures from the hold of one wallet, in a transaction of its own; the session is not touched. */
    void capture(int number) {
        var session = sessions[number];
        books.wallet()
                .capture(new CaptureRequest(
                        new TransferId("single-" + captures.incrementAndGet()),
                        singleHold(session),
                        CHARGE,
                        Remainder.KEEP,
                        new Subject("session/" + session.id()),
                        null))
                .orElseThrow();
    }

    int count() {
        return sessions.length;
    }

    /** What was paid in. */
    Money paidIn() {
        return Money.ofMicros(USD, PAID_IN.micros() * sessions.length);
    }

    /** What was captured. */
    Money captured() {
        return Money.ofMicros(USD, CHARGE.micros() * (settled.get() + captures.get()));
    }

    private static HoldId batchHold(Session session) {
        return new HoldId(session.id() + "/hold-1");
    }

    private static HoldId singleHold(Session session) {
        return new HoldId(session.id() + "/single");
    }

    private static Session moved(Session before, SessionState state, Duration used) {
        var now = now();
        var metering = before.metering();
        var live = before.liveAt();
        return new Session(
                before.id(),
                before.terms(),
                state,
                before.openedAt(),
                live == null ? now : live,
                now,
                null,
                new Metering(
                        metering.tariff(),
                        metering.basis(),
                        used,
                        metering.granted(),
                        metering.charged(),
                        metering.holds(),
                        metering.captures()),
                before.balanceBefore(),
                null,
                null,
                before.node(),
                before.version());
    }

    private static Instant now() {
        return Instant.now().truncatedTo(ChronoUnit.MILLIS);
    }
}
