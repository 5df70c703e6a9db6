package dev.livemeter.benchmarks;

import dev.livemeter.event.Events;
import dev.livemeter.identity.UserId;
import dev.livemeter.money.Money;
import dev.livemeter.money.Tariff;
import dev.livemeter.session.Lane;
import dev.livemeter.session.Meter;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.SessionPolicy;
import dev.livemeter.session.SessionTerms;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.time.SystemScheduler;
import dev.livemeter.time.TimeSource;
import dev.livemeter.time.WorkerThreads;
import dev.livemeter.wallet.WalletBalance;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** How long a start takes, against one commit; and what is left of the speed where everybody wants the same wallet. */
final class StartHold implements Part {

    private static final int THREADS = 8;
    private static final int WARMING_ROUNDS = 5;
    private static final int WALLETS = 1_000;
    private static final Money PAID_IN = Money.of("USD", "1000000.00");
    private static final Tariff TARIFF = Tariff.perMinute("USD", "0.10");

    @Override
    public String name() {
        return "start";
    }

    @Override
    public void run(Plan plan, Databases databases, Report report) throws Exception {
        report.condition("A start is Meter.open: the session's row and its first hold in one commit; " + THREADS
                + " threads, after " + WARMING_ROUNDS
                + " rounds that are not counted, for starts are few beside settlements and compiled late. The commit that it is compared with is one row inserted, also by "
                + THREADS + " threads");
        try (var database = databases.open(databases.first())) {
            report.condition(database.settings());
            starts(plan, database, report);
            new HotWallet().run(plan, database.sibling(), report);
        }
    }

    private static void starts(Plan plan, BenchDatabase database, Report report) throws Exception {
        var where = database.place().toString();
        try (var connection = database.connect()) {
            NaiveBooks.makeDurable(database, connection);
            NaiveBooks.execute(
                    connection,
                    "CREATE TABLE one_row (id " + NaiveBooks.identity(database) + ", word VARCHAR(40) NOT NULL)");
        }
        var medians = new ArrayList<Double>();
        var p99s = new ArrayList<Double>();
        var commits = new ArrayList<Double>();
        var commitP99s = new ArrayList<Double>();
        var lone = new ArrayList<Double>();
        var ratios = new ArrayList<Double>();
        var program = new ArrayList<Double>();
        var server = new ArrayList<Double>();
        try (var books = Books.in(database.sibling());
                var starter = new Starter(books)) {
            for (var round = 0; round < WARMING_ROUNDS; round++) {
                starter.starts(plan);
                starter.endAll();
            }
            for (var round = 0; round < plan.rounds(); round++) {
                lone.add(commits(plan, database, 1).median());
                var rows = commits(plan, database, THREADS);
                var commit = rows.median();
                var own = ProcessorTime.own();
                var others = database.cpu();
                var took = starter.starts(plan);
                program.add(micros(ProcessorTime.own().minus(own), took));
                server.add(micros(database.cpu().minus(others), took));
                starter.endAll();
                commits.add(commit);
                commitP99s.add(rows.percentile(99));
                medians.add(took.median());
                p99s.add(took.percentile(99));
                ratios.add(took.percentile(99) / commit);
                report.progress("round " + (round + 1) + " of " + plan.rounds());
            }
            starter.prove();
        }
        report.figure(where, "one commit, 1 thread: median", "ms", samples(lone));
        report.figure(where, "one commit: median", "ms", samples(commits));
        report.figure(where, "one commit: 99th percentile", "ms", samples(commitP99s));
        report.figure(where, "start: median", "ms", samples(medians));
        report.figure(where, "start: 99th percentile", "ms", samples(p99s));
        report.figure(where, "start: 99th percentile / median of one commit", "x", samples(ratios), "<= 10");
        report.figure(where, "start: processor of the program", "µs", samples(program));
        report.figure(where, "start: processor of the server", "µs", samples(server));
    }

    private static double micros(Duration processor, Samples starts) {
        return processor.toNanos() / 1e3 / starts.count();
    }

    private static Samples samples(List<Double> values) {
        return Samples.of(values.stream().mapToDouble(value -> value));
    }

    private static Samples commits(Plan plan, BenchDatabase database, int threads) throws Exception {
        Queue<Double> took = new ConcurrentLinkedQueue<>();
        Load.perSecond(threads, plan.turn(), number -> new Inserter(database, took));
        return Samples.of(took.stream().mapToDouble(value -> value));
    }

    private static final class Inserter implements Load.Worker {

        private final PreparedStatement insert;
        private final Queue<Double> took;

        Inserter(BenchDatabase database, Queue<Double> took) throws SQLException {
            this.insert = database.connect().prepareStatement("INSERT INTO one_row (word) VALUES (?)");
            this.took = took;
        }

        @Override
        public int work() throws SQLException {
            var from = System.nanoTime();
            insert.setString(1, "a row of about the usual length");
            insert.executeUpdate();
            took.add((System.nanoTime() - from) / 1e6);
            return 1;
        }

        @Override
        public void close() throws SQLException {
            insert.getConnection().close();
        }
    }

    /** Opens sessions of one payer after the other and, when a round is over, ends them. */
    private static final class Starter implements AutoCloseable {

        private final Books books;
        private final ExecutorService workers = WorkerThreads.create();
        private final SystemScheduler scheduler = new SystemScheduler(workers);
        private final List<UserId> payers = IntStream.range(0, WALLETS)
                .mapToObj(number -> UserId.of("payer-" + number))
                .toList();
        private final AtomicInteger next = new AtomicInteger();
        private final Queue<SessionId> open = new ConcurrentLinkedQueue<>();
        private final Meter meter;

        Starter(Books books) {
            this.books = books;
            books.credit(payers, payers.stream().map(payer -> PAID_IN).toList());
            this.meter = new Meter(
                    books.wallet(),
                    books.sessions(),
                    books.settler(),
                    TimeSource.system(),
                    scheduler,
                    IdSource.ordered(TimeSource.system()),
                    new Events(workers),
                    SessionPolicy.defaults(PAID_IN.currency()),
                    user -> ZoneOffset.UTC);
        }

        /** Milliseconds for each start. */
        Samples starts(Plan plan) throws Exception {
            Queue<Double> took = new ConcurrentLinkedQueue<>();
            Load.perSecond(THREADS, plan.turn(), number -> () -> {
                var payer = payers.get(next.getAndIncrement() % WALLETS);
                var id = meter.newId();
                var balance = new WalletBalance(payer, PAID_IN, Money.zero(PAID_IN.currency()));
                var terms = new SessionTerms(Lane.RELAY, payer, null, "", null, List.of());
                var from = System.nanoTime();
                meter.open(id, terms, TARIFF, 1, balance).orElseThrow();
                took.add((System.nanoTime() - from) / 1e6);
                open.add(id);
                return 1;
            });
            return Samples.of(took.stream().mapToDouble(value -> value));
        }

        void endAll() {
            for (var id = open.poll(); id != null; id = open.poll()) {
                meter.ended(id, EndCause.LEFT);
            }
        }

        /** Nothing was delivered, so nothing may be charged. */
        void prove() {
            books.prove(Money.ofMicros("USD", PAID_IN.micros() * WALLETS), Money.zero(PAID_IN.currency()));
        }

        @Override
        public void close() {
            scheduler.close();
            workers.shutdown();
        }
    }
}
