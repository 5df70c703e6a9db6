package dev.livemeter.benchmarks;

import dev.livemeter.benchmarks.Databases.Place;
import dev.livemeter.benchmarks.SettledSessions.Split;
import java.util.Random;

/** Charges a second: batches of sessions against a transaction for each charge, and against pgbench. */
final class Settlement implements Part {

    private static final int AT_ONCE = 1_000;
    private static final String NAIVE_ALONE = "naive charge, 1 thread";
    private static final String NAIVE = "naive charge, 8 threads";
    private static final String NAIVE_DOUBLE_ALONE = "naive double entry, 1 thread";
    private static final String NAIVE_DOUBLE = "naive double entry, 8 threads";
    private static final String SIMPLE_ALONE = "pgbench -N, 1 client";
    private static final String SIMPLE = "pgbench -N, 8 clients";
    private static final String TPCB = "pgbench tpcb-like, 8 clients";
    private static final String OURS = "batches, 1 thread";
    private static final String OURS_TWICE = "batches, 2 threads";
    private static final String OURS_SPLIT = "batches with a payee's share, 1 thread";
    private static final String ONE_BY_ONE = "single captures, 8 threads";

    @Override
    public String name() {
        return "settlement";
    }

    @Override
    public void run(Plan plan, Databases databases, Report report) throws Exception {
        report.condition("Each charge takes from a wallet of its own among " + plan.sessions()
                + "; batches of " + Math.min(AT_ONCE, plan.sessions())
                + " sessions, each with a capture and its row compared and set, in one transaction");
        for (var place : databases.places()) {
            try (var database = databases.open(place)) {
                report.condition(database.settings());
                // Opening a session is a few commits, of which H2 makes no more in eight threads than in one.
                var sessions = place == Place.H2 ? Math.min(plan.sessions(), 2 * AT_ONCE) : plan.sessions();
                measure(sessions, plan, database, report);
            }
        }
    }

    private static void measure(int sessions, Plan plan, BenchDatabase database, Report report) throws Exception {
        var place = database.place();
        report.progress(place + ": filling");
        var contest = new Contest(() -> database.cpu().plus(ProcessorTime.own()));
        var naiveDatabase = database.sibling();
        var single = enterNaive(contest, new SingleEntry(), naiveDatabase, sessions, plan, "naive charge");
        var twofold = enterNaive(contest, new DoubleEntry(), naiveDatabase, sessions, plan, "naive double entry");
        if (place == Place.POSTGRESQL) {
            var bench = Pgbench.fill(database.sibling(), plan.scale());
            contest.enter(SIMPLE_ALONE, () -> bench.perSecond("simple-update", 1, plan.turn()));
            contest.enter(SIMPLE, () -> bench.perSecond("simple-update", 8, plan.turn()));
            contest.enter(TPCB, () -> bench.perSecond("tpcb-like", 8, plan.turn()));
        }
        try (var books = Books.in(database)) {
            var alone = SettledSessions.open(books, "alone", sessions, Split.OPERATOR_ALONE);
            var split = SettledSessions.open(books, "split", sessions, Split.WITH_PAYEE);
            alone.holdEach();
            contest.enter(OURS, () -> batches(alone, 1, plan));
            contest.enter(OURS_TWICE, () -> batches(alone, 2, plan));
            contest.enter(OURS_SPLIT, () -> batches(split, 1, plan));
            contest.enter(
                    ONE_BY_ONE,
                    () -> Load.perSecond(8, plan.turn(), number -> {
                        var random = new Random(plan.seed() + number);
                        return () -> {
                            alone.capture(random.nextInt(sessions));
                            return 1;
                        };
                    }));
            contest.run(plan.rounds(), plan.seed(), report);
            report.progress(place + ": proving the books");
            books.prove(alone.paidIn().plus(split.paidIn()), alone.captured().plus(split.captured()));
        }
        single.prove(naiveDatabase, sessions);
        twofold.prove(naiveDatabase, sessions);
        tell(contest, plan, place, report);
    }

    private static NaiveBooks enterNaive(
            Contest contest, NaiveBooks books, BenchDatabase database, int wallets, Plan plan, String name)
            throws Exception {
        books.create(database, wallets);
        for (var threads : new int[] {1, 8}) {
            contest.enter(
                    name + ", " + threads + (threads == 1 ? " thread" : " threads"),
                    () -> Load.perSecond(
                            threads, plan.turn(), number -> books.charger(database, wallets, plan.seed() + number)));
        }
        return books;
    }

    private static double batches(SettledSessions all, int threads, Plan plan) throws Exception {
        var each = all.count() / threads;
        return Load.perSecond(threads, plan.turn(), number -> {
            var first = number * each;
            var batch = Math.min(AT_ONCE, each);
            var batches = each / batch;
            var turn = new int[1];
            return () -> {
                var from = first + turn[0]++ % batches * batch;
                all.settle(from, from + batch);
                return batch;
            };
        });
    }

    private static void tell(Contest contest, Plan plan, Place place, Report report) {
        var where = place.toString();
        contest.names().forEach(name -> report.figure(where, name, "charges/s", contest.of(name)));
        for (var name : contest.names()) {
            report.figure(where, name + ": processor", "us/charge", contest.processor(name, plan.turn()));
        }
        var goal = switch (place) {
            case POSTGRESQL -> ">= 20";
            case MARIADB -> ">= 8";
            case H2 -> "";
        };
        report.figure(where, OURS + " / " + NAIVE, "x", contest.ratio(OURS, NAIVE), goal);
        report.figure(where, OURS + " / " + NAIVE_ALONE, "x", contest.ratio(OURS, NAIVE_ALONE));
        report.figure(where, OURS_TWICE + " / " + NAIVE, "x", contest.ratio(OURS_TWICE, NAIVE));
        report.figure(where, OURS_TWICE + " / " + NAIVE_ALONE, "x", contest.ratio(OURS_TWICE, NAIVE_ALONE));
        report.figure(where, OURS_SPLIT + " / " + NAIVE_DOUBLE, "x", contest.ratio(OURS_SPLIT, NAIVE_DOUBLE), goal);
        report.figure(
                where, OURS_SPLIT + " / " + NAIVE_DOUBLE_ALONE, "x", contest.ratio(OURS_SPLIT, NAIVE_DOUBLE_ALONE));
        report.figure(where, OURS + " / " + ONE_BY_ONE, "x", contest.ratio(OURS, ONE_BY_ONE));
        if (place == Place.POSTGRESQL) {
            report.figure(where, OURS + " / " + SIMPLE, "x", contest.ratio(OURS, SIMPLE), ">= 10");
            report.figure(where, OURS + " / " + SIMPLE_ALONE, "x", contest.ratio(OURS, SIMPLE_ALONE));
            report.figure(where, OURS + " / " + TPCB, "x", contest.ratio(OURS, TPCB));
        }
    }
}
