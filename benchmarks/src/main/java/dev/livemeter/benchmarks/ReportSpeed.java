package dev.livemeter.benchmarks;

import dev.livemeter.billing.Reports;
import dev.livemeter.billing.Sales;
import dev.livemeter.billing.SalesQuery;
import dev.livemeter.billing.SalesQuery.Dimension;
import dev.livemeter.identity.UserId;
import dev.livemeter.jdbc.JdbcStorage;
import dev.livemeter.money.Money;
import dev.livemeter.secret.Secret;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;

/** How long reports take on a year of sessions that are over, against one look at all of their rows. */
final class ReportSpeed implements Part {

    private static final String ROWS = "all rows: count and sum";
    private static final LocalDate YEAR = SoldYear.FIRST_DAY;
    private static final LocalDate NEXT_YEAR = YEAR.plusDays(SoldYear.DAYS);
    private static final LocalDate MONTH = YEAR.plusMonths(5);
    private static final double MOMENT_MILLIS = 500;
    private static final double FEW_SECONDS_MILLIS = 3_000;

    /** Something that is asked for, and how many milliseconds it may take. */
    private record Question(String name, double wanted, Asked asked) {}

    @FunctionalInterface
    private interface Asked {
        void ask(Reports reports) throws IOException;
    }

    @Override
    public String name() {
        return "reports";
    }

    @Override
    public void run(Plan plan, Databases databases, Report report) throws Exception {
        var sessions = plan.sessions() * 100L;
        report.condition(
                sessions + " sessions that are over, of " + sessions / SoldYear.SESSIONS_OF_A_USER
                        + " users, on 365 days in the order of time, 10 to 120 minutes each; of eight, four go to two or three platforms, one is a call; a quarter has two lines. "
                        + "As many entries in the books. Filled by statements of the benchmark's own, then analyzed; pages stay in memory where they fit");
        report.condition("Reports are asked for as a host would, by one thread, and each is read to its end. '" + ROWS
                + "' is SELECT COUNT(*), SUM(amount_micros), SUM(seconds) of the table of what was sold");
        for (var place : databases.places()) {
            try (var database = databases.open(place)) {
                report.condition(database.settings());
                measure(plan, sessions, database, report);
            }
        }
    }

    private static void measure(Plan plan, long sessions, BenchDatabase database, Report report) throws Exception {
        try (var books = Books.in(database);
                var storage = JdbcStorage.open(database.url(), database.user(), Secret.of(database.password()));
                var connection = database.connect()) {
            var began = System.nanoTime();
            new SoldYear(database, sessions).fill(books, connection);
            report.progress(database.place() + " filled within "
                    + Duration.ofNanos(System.nanoTime() - began).toSeconds() + " s");
            var reports = new Reports(storage.reportStore());
            var questions = questions(SoldYear.user(0));
            prove(reports, connection);

            var contest = new Contest(database::cpu);
            contest.enter(
                    ROWS,
                    () -> millis(
                            () -> NaiveBooks.number(
                                    connection,
                                    "SELECT COUNT(*) + MOD(SUM(amount_micros), 2) + MOD(SUM(seconds), 2) FROM livemeter_rated")));
            for (var question : questions) {
                contest.enter(
                        question.name(), () -> millis(() -> question.asked().ask(reports)));
            }
            contest.run(plan.rounds(), plan.seed(), report);

            var where = database.place().toString();
            report.figure(where, ROWS, "ms", contest.of(ROWS));
            for (var question : questions) {
                report.figure(
                        where,
                        question.name(),
                        "ms",
                        contest.of(question.name()),
                        "<= " + Math.round(question.wanted()));
                report.figure(where, question.name() + " / all rows", "x", contest.ratio(question.name(), ROWS));
            }
        }
    }

    private static List<Question> questions(UserId user) {
        var year = SalesQuery.between(YEAR, NEXT_YEAR);
        var month = SalesQuery.between(MONTH, MONTH.plusMonths(1));
        var day = SalesQuery.between(MONTH, MONTH.plusDays(1));
        var all = new ArrayList<Question>();
        all.add(sales(
                "one user: the year by day and tier",
                year.paidBy(user).by(Dimension.DAY).by(Dimension.TIER)));
        all.add(sales("one user: the year by platform", year.paidBy(user).by(Dimension.PLATFORM)));
        all.add(sales("one user: a month by day", month.paidBy(user).by(Dimension.DAY)));
        all.add(sales("a day by user", day.by(Dimension.PAYER)));
        all.add(sales("a day by platform", day.by(Dimension.PLATFORM)));
        all.add(sales("a month by day", month.by(Dimension.DAY)));
        all.add(sales("a month by tier", month.by(Dimension.TIER)));
        all.add(sales("a month by platform", month.by(Dimension.PLATFORM)));
        all.add(new Question(
                "a month by user and day as CSV",
                MOMENT_MILLIS,
                reports -> reports.salesCsv(month.by(Dimension.PAYER).by(Dimension.DAY), new StringBuilder())));
        all.add(new Question(
                "a month of the books by day",
                MOMENT_MILLIS,
                reports -> reports.movements(MONTH, MONTH.plusMonths(1))));
        all.add(few("the year by month", year.by(Dimension.MONTH)));
        all.add(few("the year by month and tier", year.by(Dimension.MONTH).by(Dimension.TIER)));
        all.add(few("the year by user", year.by(Dimension.PAYER)));
        all.add(few("the year by platform", year.by(Dimension.PLATFORM)));
        all.add(new Question(
                "the year of the books by day", FEW_SECONDS_MILLIS, reports -> reports.movements(YEAR, NEXT_YEAR)));
        return all;
    }

    private static Question sales(String name, SalesQuery query) {
        return new Question(name, MOMENT_MILLIS, reports -> reports.sales(query));
    }

    private static Question few(String name, SalesQuery query) {
        return new Question(name, FEW_SECONDS_MILLIS, reports -> reports.sales(query));
    }

    private interface Work {
        void work() throws Exception;
    }

    private static double millis(Work work) throws Exception {
        var from = System.nanoTime();
        work.work();
        return (System.nanoTime() - from) / 1e6;
    }

    /** However it is put together, it comes to what lies in the table and in the books. */
    private static void prove(Reports reports, Connection connection) throws SQLException {
        var expected = NaiveBooks.number(connection, "SELECT SUM(amount_micros) FROM livemeter_rated");
        for (var dimension : Dimension.values()) {
            var sum = reports.sales(SalesQuery.between(YEAR, NEXT_YEAR).by(dimension)).stream()
                    .map(Sales::amount)
                    .mapToLong(Money::micros)
                    .sum();
            NaiveBooks.requireEqual("What was sold by " + dimension, sum, expected);
        }
        var captured = reports.movements(YEAR, NEXT_YEAR).stream()
                .mapToLong(moved -> moved.revenue().micros())
                .sum();
        NaiveBooks.requireEqual("The revenue of the books", captured, expected);
    }
}
