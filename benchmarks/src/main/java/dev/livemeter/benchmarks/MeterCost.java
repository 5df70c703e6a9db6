package dev.livemeter.benchmarks;

import java.time.Duration;

/** What the meter itself costs, on books that keep nothing: heap, and how the work grows with the sessions. */
final class MeterCost implements Part {

    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final Duration HALF_A_MINUTE = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "meter";
    }

    @Override
    public void run(Plan plan, Databases databases, Report report) throws Exception {
        report.condition(
                "The real meter in real time on books that keep nothing; a heartbeat and a proof each second, a capture each half"
                        + " minute; one run of each size");
        var sizes = plan.meters();
        for (var sessions : new int[] {sizes.small(), sizes.usual(), sizes.large()}) {
            measure(sessions, plan, report);
        }
    }

    private static void measure(int sessions, Plan plan, Report report) throws Exception {
        report.progress(sessions + " sessions");
        var before = heap();
        try (var books = UnkeptBooks.create();
                var run = new MeterRun(books, MeterRun.policy(SECOND, HALF_A_MINUTE))) {
            run.openUnpaid("long", sessions);
            run.beat(SECOND);
            var window = plan.window().dividedBy(2);
            MeterRun.sleep(window.dividedBy(2));
            var seen = run.look(window, null);
            var heap = heap() - before;
            run.finish();
            var name = String.format("%,d sessions: ", sessions);
            report.figure(
                    "memory",
                    name + "processor for each session",
                    "us/s",
                    Samples.of(seen.ownCores() * 1e6 / sessions));
            report.figure(
                    "memory",
                    name + "settled",
                    "1/s",
                    Samples.of(seen.settling().sessions()));
            report.figure("memory", name + "heap for each", "bytes", Samples.of((double) heap / sessions));
        }
    }

    /** What is in use after a collection; the second finds what the first only marked. */
    private static long heap() {
        var runtime = Runtime.getRuntime();
        for (var i = 0; i < 3; i++) {
            System.gc();
            MeterRun.sleep(Duration.ofMillis(100));
        }
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
