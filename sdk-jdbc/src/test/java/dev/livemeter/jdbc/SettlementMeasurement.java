package dev.livemeter.jdbc;

import dev.livemeter.billing.AccountId;
import dev.livemeter.billing.BookedHold;
import dev.livemeter.billing.EntryKind;
import dev.livemeter.billing.Fingerprint;
import dev.livemeter.billing.JournalEntry;
import dev.livemeter.billing.LedgerTransaction;
import dev.livemeter.billing.Posting;
import dev.livemeter.billing.WalletAccount;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.server.MariaDbServer;
import dev.livemeter.jdbc.server.PostgresServer;
import dev.livemeter.money.Money;
import dev.livemeter.money.RatingBasis;
import dev.livemeter.money.Share;
import dev.livemeter.money.Tariff;
import dev.livemeter.secret.Secret;
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
import dev.livemeter.wallet.CaptureRequest;
import dev.livemeter.wallet.CaptureResult;
import dev.livemeter.wallet.Hold;
import dev.livemeter.wallet.HoldId;
import dev.livemeter.wallet.Subject;
import dev.livemeter.wallet.TransferId;
import dev.livemeter.wallet.WalletBalance;
import java.nio.file.Files;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;

/**
 * A program that measures settlement on a database with its default durability: {@code postgresql}, {@code mariadb} or {@code h2} as its argument.
 * Each figure is the median of five rounds, after one that is not counted. Not a test, for it asserts only that the books are right at the end.
 */
final class SettlementMeasurement {

    private static final int SESSIONS = 10_000;
    private static final int BATCH = 1_000;
    private static final int ROUNDS = 5;
    private static final int THREADS = 8;
    private static final int NAIVE = 4_000;
    private static final Currency USD = Currency.getInstance("USD");
    private static final Fingerprint FINGERPRINT = new Fingerprint("0123456789abcdef".repeat(4));
    private static final Money CHARGE = Money.ofMicros("USD", 1_667);
    private static final NodeId NODE = new NodeId("node-1");
    private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

    private final JdbcWallet wallet;
    private final Callable<Connection> connections;
    private List<Session> sessions = new ArrayList<>();
    private int round;

    private SettlementMeasurement(JdbcWallet wallet, Callable<Connection> connections) {
        this.wallet = wallet;
        this.connections = connections;
    }

    /** Runs it. */
    public static void main(String[] arguments) throws Exception {
        switch (arguments[0]) {
            case "postgresql" -> {
                try (var server = new PostgresServer()) {
                    server.start();
                    var database = server.newDatabase();
                    measure(
                            JdbcStorage.open(database.url(), database.user(), Secret.of(database.password())),
                            database::connect);
                }
            }
            case "mariadb" -> {
                try (var server = new MariaDbServer()) {
                    server.start();
                    var database = server.newDatabase();
                    measure(
                            JdbcStorage.open(database.url(), database.user(), Secret.of(database.password())),
                            database::connect);
                }
            }
            case "h2" -> {
                var url = "jdbc:h2:" + Files.createTempDirectory("livemeter").resolve("books");
                measure(JdbcStorage.open(url), () -> DriverManager.getConnection(url, "sa", ""));
            }
            default -> throw new IllegalArgumentException("Say postgresql, mariadb or h2.");
        }
    }

    private static void measure(JdbcStorage storage, Callable<Connection> connections) throws Exception {
        try (var wallet = JdbcWallet.on(storage, Instant::now)) {
            var measurement = new SettlementMeasurement(wallet, connections);
            measurement.fill(storage);
            measurement.run();
        }
    }

    private void run() throws Exception {
        naiveTables();
        var set = new double[ROUNDS];
        var split = new double[ROUNDS];
        var rows = new double[ROUNDS];
        var naive = new double[ROUNDS];
        var naiveCapture = new double[ROUNDS];
        for (round = 0; round <= ROUNDS; round++) {
            var figures = new double[] {
                batches(true), batches(false), naive(), naiveCaptures(),
            };
            if (round > 0) {
                set[round - 1] = figures[0];
                rows[round - 1] = figures[1];
                naive[round - 1] = figures[2];
                naiveCapture[round - 1] = figures[3];
                split[round - 1] = figures[0] / figures[2];
            }
        }
        say("settle, capture each and row, batches of 1,000, sessions/s", set);
        say("settle, row only, batches of 1,000, sessions/s", rows);
        say("naive charge (lock, update, insert, commit), 8 threads, charges/s", naive);
        say("capture of the wallet, one transaction each, 8 threads, captures/s", naiveCapture);
        say("ratio of the first to naive, within a round", split);
        var start = System.nanoTime();
        settle(sessions, false);
        System.out.printf(Locale.ROOT, "10,000 rows in one unit: %.0f ms%n", (System.nanoTime() - start) / 1e6);
        var findings = wallet.ledger().verify().findings();
        if (!findings.isEmpty()) {
            throw new IllegalStateException(findings.toString());
        }
        System.out.println("The books are right.");
    }

    private static void say(String what, double[] figures) {
        Arrays.sort(figures);
        System.out.printf(
                Locale.ROOT,
                "%-75s %,10.1f (%,.1f to %,.1f)%n",
                what,
                figures[figures.length / 2],
                figures[0],
                figures[figures.length - 1]);
    }

    private double batches(boolean capture) {
        var start = System.nanoTime();
        var next = new ArrayList<Session>();
        for (var from = 0; from < SESSIONS; from += BATCH) {
            next.addAll(settle(sessions.subList(from, from + BATCH), capture));
        }
        sessions = next;
        return SESSIONS / ((System.nanoTime() - start) / 1e9);
    }

    private List<Session> settle(List<Session> batch, boolean capture) {
        var requests = batch.stream().map(session -> request(session, capture)).toList();
        return wallet.settle(requests).stream()
                .map(result -> {
                    if (!(result instanceof SettleResult.Settled settled)
                            || !settled.captures().stream().allMatch(CaptureResult.Captured.class::isInstance)) {
                        throw new IllegalStateException("Not settled: " + result);
                    }
                    return settled.session();
                })
                .toList();
    }

    private SettleRequest request(Session session, boolean capture) {
        var metering = session.metering();
        var next = new Session(
                session.id(),
                session.terms(),
                session.state(),
                session.openedAt(),
                session.liveAt(),
                Instant.now().truncatedTo(ChronoUnit.MICROS),
                null,
                new Metering(
                        metering.tariff(),
                        metering.basis(),
                        metering.used().plusSeconds(1),
                        metering.granted(),
                        metering.charged(),
                        metering.holds(),
                        metering.captures()),
                session.balanceBefore(),
                null,
                null,
                session.node(),
                session.version());
        var captures = capture
                ? List.of(new CaptureRequest(
                        new TransferId(session.id() + "/capture-" + (metering.captures() + 1)),
                        new HoldId(session.id() + "/hold-1"),
                        CHARGE,
                        CaptureRequest.Remainder.KEEP,
                        new Subject("session/" + session.id()),
                        null))
                : List.<CaptureRequest>of();
        return new SettleRequest(session, next, captures, null, List.of());
    }

    /** The books and the rows that all of this works on. */
    private void fill(JdbcStorage storage) {
        for (var from = 0; from < SESSIONS; from += BATCH) {
            var first = from;
            storage.ledgerStore().transact(books -> {
                for (var i = first; i < first + BATCH; i++) {
                    open(books, i);
                }
                return first;
            });
            for (var i = first; i < first + BATCH; i++) {
                var session = session(i);
                storage.sessions().insert(session);
                sessions.add(session);
            }
        }
    }

    private static void open(LedgerTransaction books, int number) {
        var owner = owner(number);
        var all = Money.of("USD", "100.00");
        if (number == 0) {
            for (var account : List.of(AccountId.outside(USD), AccountId.revenue(USD), AccountId.payouts(USD))) {
                books.open(new dev.livemeter.billing.Account(account, USD));
            }
        }
        books.openWallet(owner, USD);
        books.save(List.of(new WalletAccount(owner, all, all)));
        books.place(List.of(new BookedHold(
                new Hold(
                        new HoldId("session-" + number + "/hold-1"),
                        owner,
                        all,
                        Money.zero(USD),
                        Hold.State.OPEN,
                        Instant.parse("9999-12-31T00:00:00Z")),
                FINGERPRINT)));
        books.append(List.of(new JournalEntry(
                new TransferId("order-" + number),
                EntryKind.CREDIT,
                START,
                START,
                new Subject("order-" + number),
                "",
                FINGERPRINT,
                null,
                null,
                new WalletBalance(owner, all, all),
                List.of(new Posting(AccountId.outside(USD), AccountId.wallet(owner), all)))));
    }

    private static Session session(int number) {
        var metering = new Metering(
                Tariff.perMinute("USD", "0.10"),
                RatingBasis.startingAt(START, ZoneOffset.UTC, 1, Duration.ZERO),
                Duration.ZERO,
                Money.of("USD", "100.00"),
                Money.zero(USD),
                1,
                0);
        return new Session(
                new SessionId("session-" + number),
                new SessionTerms(
                        Lane.CALL, owner(number), new Payee(UserId.of("payee"), new Share(7_000)), "", null, List.of()),
                SessionState.LIVE,
                START,
                START,
                START,
                null,
                metering,
                Money.of("USD", "100.00"),
                null,
                null,
                NODE,
                0);
    }

    private static UserId owner(int number) {
        return UserId.of("owner-" + number);
    }

    private void naiveTables() throws Exception {
        try (var connection = connections.call();
                var statement = connection.createStatement()) {
            statement.execute(
                    "CREATE TABLE naive_balance (id INTEGER NOT NULL PRIMARY KEY, micros BIGINT NOT NULL CHECK (micros >= 0))");
            statement.execute(
                    "CREATE TABLE naive_charge (id BIGINT NOT NULL PRIMARY KEY, owner INTEGER NOT NULL, micros BIGINT NOT NULL)");
            for (var i = 0; i < 1_000; i++) {
                statement.execute("INSERT INTO naive_balance VALUES (" + i + ", 1000000000)");
            }
        }
    }

    /** What an application without any of this would do for each charge. */
    private double naive() throws Exception {
        return inThreads(thread -> {
            try (var connection = connections.call()) {
                connection.setAutoCommit(false);
                try (var lock = connection.prepareStatement(
                                "SELECT micros FROM naive_balance WHERE id = ? FOR UPDATE");
                        var take = connection.prepareStatement(
                                "UPDATE naive_balance SET micros = micros - ? WHERE id = ?");
                        var note = connection.prepareStatement("INSERT INTO naive_charge VALUES (?, ?, ?)")) {
                    for (var i = 0; i < NAIVE / THREADS; i++) {
                        var owner = thread * 100 + i % 100;
                        lock.setInt(1, owner);
                        lock.executeQuery().close();
                        take.setLong(1, 1_667);
                        take.setInt(2, owner);
                        take.executeUpdate();
                        note.setLong(1, (round * 100L + thread) * 1_000_000L + i);
                        note.setInt(2, owner);
                        note.setLong(3, 1_667);
                        note.executeUpdate();
                        connection.commit();
                    }
                }
            }
        });
    }

    private double naiveCaptures() throws Exception {
        var rounds = round;
        return inThreads(thread -> {
            for (var i = 0; i < NAIVE / THREADS; i++) {
                var session = "session-" + (thread * 1_000 + i);
                wallet.capture(new CaptureRequest(
                                new TransferId(session + "/single-" + rounds),
                                new HoldId(session + "/hold-1"),
                                CHARGE,
                                CaptureRequest.Remainder.KEEP,
                                new Subject("session/" + session),
                                null))
                        .orElseThrow();
            }
        });
    }

    private interface Part {
        void run(int thread) throws Exception;
    }

    private static double inThreads(Part part) throws Exception {
        var threads = Executors.newFixedThreadPool(THREADS);
        try {
            var start = System.nanoTime();
            var parts = new ArrayList<Callable<Integer>>();
            for (var i = 0; i < THREADS; i++) {
                var thread = i;
                parts.add(() -> {
                    part.run(thread);
                    return thread;
                });
            }
            for (var done : threads.invokeAll(parts)) {
                done.get();
            }
            return NAIVE / ((System.nanoTime() - start) / 1e9);
        } finally {
            threads.shutdownNow();
        }
    }
}
