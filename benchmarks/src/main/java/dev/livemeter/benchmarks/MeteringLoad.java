package dev.livemeter.benchmarks;

import java.time.Duration;

/** Live sessions on a database: which part of each second goes into settling them, and how exactly they are cut meanwhile. */
final class MeteringLoad implements Part {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);
    private static final Duration FIVE_MINUTES = Duration.ofMinutes(5);

    /** How often nginx tells that a publisher is there, by the setting that {@code NginxRelayConfig} has of itself. */
    private static final Duration RELAY_HEARTBEAT = Duration.ofSeconds(5);

    private static final int ENDING = 500;

    @Override
    public String name() {
        return "metering";
    }

    @Override
    public void run(Plan plan, Databases databases, Report report) throws Exception {
        report.condition("The real meter in real time on " + databases.first()
                + ", database and program on the same cores; a wallet, a heartbeat as often as a relay sends it, which is every "
                + RELAY_HEARTBEAT.toSeconds()
                + " s, or as often as a proof is stored where that is more often, and quotas of a minute, or of what is captured at once, for every session; "
                + plan.window().toSeconds() + " s are looked at");
        try (var database = databases.open(databases.first())) {
            report.condition(database.settings());
            var usual = plan.meters().usual();
            measure(new Case(usual, SECOND, HALF_A_MINUTE, "<= 30"), plan, database, report);
            measure(new Case(usual, SECOND, SECOND, ""), plan, database, report);
            var large = plan.meters().large();
            measure(new Case(large, HALF_A_MINUTE, HALF_A_MINUTE, "<= 20"), plan, database, report);
            measure(new Case(large, HALF_A_MINUTE, FIVE_MINUTES, "<= 20"), plan, database, report);
        }
    }

    private record Case(int sessions, Duration prove, Duration settle, String goal) {

        /** A proof can be stored only where there was a sign of life since the last one. */
        Duration heartbeat() {
            return prove.compareTo(RELAY_HEARTBEAT) < 0 ? prove : RELAY_HEARTBEAT;
        }

        @Override
        public String toString() {
            return String.format("%,d", sessions) + " sessions; proof every " + prove.toSeconds() + " s; capture every "
                    + settle.toSeconds() + " s";
        }
    }

    private static void measure(Case it, Plan plan, BenchDatabase database, Report report) throws Exception {
        report.progress(it + ": opening");
        var where = database.place().toString();
        try (var books = Books.in(database.sibling());
                var run = new MeterRun(books, MeterRun.policy(it.prove(), it.settle()))) {
            var opened = run.open("long", it.sessions());
            run.beat(it.heartbeat());
            var warm = plan.window().dividedBy(3);
            var ending = Math.min(ENDING, it.sessions());
            run.openEnding("short", ending, warm.plus(SECOND), plan.window().minus(SECOND), plan.seed());
            MeterRun.sleep(warm);
            report.progress(it + ": looking");
            var seen = run.look(plan.window(), database);
            MeterRun.sleep(SECOND.multipliedBy(2));
            run.finish();
            report.progress(it + ": proving the books");
            run.prove();
            tell(it, opened, seen, run, where, report);
        }
    }

    private static void tell(Case it, double opened, MeterRun.Seen seen, MeterRun run, String where, Report report) {
        var settling = seen.settling();
        var busy = settling.busyPercent();
        report.figure(where, it + ": part of each second spent settling", "%", busy, it.goal());
        report.figure(where, it + ": the same; 95th percentile", "%", Samples.of(busy.percentile(95)));
        report.figure(where, it + ": sessions settled", "1/s", Samples.of(settling.sessions()));
        report.figure(where, it + ": captures", "1/s", Samples.of(settling.captures()));
        report.figure(where, it + ": quotas renewed", "1/s", Samples.of(settling.holds()));
        report.figure(where, it + ": sessions in a batch", "", Samples.of(settling.perBatch()));
        report.figure(where, it + ": cores used by the program", "", Samples.of(seen.ownCores()));
        report.figure(where, it + ": cores used by the database", "", Samples.of(seen.databaseCores()));
        report.figure(where, it + ": sessions opened", "1/s", Samples.of(opened));
        var late = Samples.of(run.cutErrors().stream().mapToDouble(error -> error));
        report.figure(where, it + ": cut ordered after the paid time; of " + late.count(), "ms", late);
        report.figure(where, it + ": the same; 99th percentile", "ms", Samples.of(late.percentile(99)), "<= 1000");
    }
}
