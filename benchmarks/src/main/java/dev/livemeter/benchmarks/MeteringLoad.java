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
    private static final int NO_GOAL = 0;

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
        report.condition(
                "All due at once: nothing is let through to the database for a second more than lies between two proofs, so that every session waits with"
                        + " what it is due; then everything is, and the time runs until the last is answered");
        try (var database = databases.open(databases.first())) {
            report.condition(database.settings());
            var usual = plan.meters().usual();
            measure(new Case(usual, SECOND, HALF_A_MINUTE, 30), plan, database, report);
            measure(new Case(usual, SECOND, SECOND, NO_GOAL), plan, database, report);
            var large = plan.meters().large();
            measure(new Case(large, HALF_A_MINUTE, HALF_A_MINUTE, 20), plan, database, report);
            measure(new Case(large, HALF_A_MINUTE, FIVE_MINUTES, 20), plan, database, report);
        }
    }

    /**
     * A load.
     *
     * @param wanted at most so many percent of the time between two proofs; {@link #NO_GOAL} for none
     */
    private record Case(int sessions, Duration prove, Duration settle, int wanted) {

        String goal() {
            return wanted == NO_GOAL ? "" : "<= " + wanted;
        }

        /** The same part of one interval, in seconds. */
        String goalAtOnce() {
            return wanted == NO_GOAL ? "" : "<= " + prove.multipliedBy(wanted).toMillis() / 100_000.0;
        }

        boolean capturesEachTime() {
            return prove.equals(settle);
        }

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
            run.awaitEnded(ending);
            // A run that looks for less than that is in a hurry.
            if (it.prove().compareTo(plan.window()) <= 0) {
                report.progress(it + ": all at once");
                tell(it, run.settleAllAtOnce(it.prove().plus(SECOND), it.capturesEachTime(), database), where, report);
            }
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
        report.figure(where, it + ": part of each second in which anybody settled", "%", settling.elapsedPercent());
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

    private static void tell(Case it, MeterRun.Rush rush, String where, Report report) {
        var what = it + ": all due at once; ";
        report.figure(
                where,
                what + "until the last is " + (it.capturesEachTime() ? "captured" : "stored"),
                "s",
                Samples.of(rush.seconds()),
                it.goalAtOnce());
        report.figure(where, what + "quotas renewed along", "%", Samples.of(rush.renewedPercent()));
        report.figure(where, what + "processor of the program for each", "µs", Samples.of(rush.ownMicros()));
        report.figure(where, what + "processor of the database for each", "µs", Samples.of(rush.databaseMicros()));
    }
}
