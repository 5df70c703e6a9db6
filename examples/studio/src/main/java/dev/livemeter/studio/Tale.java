package dev.livemeter.studio;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Tells a story step by step, and remembers whether all of it was true. */
final class Tale {

    private final PrintStream out;
    private final long start = System.nanoTime();
    private int step;
    private int untrue;

    Tale(PrintStream out) {
        this.out = out;
    }

    void chapter(String title) {
        out.printf("%n%d. %s%n", ++step, title);
    }

    void say(String sentence) {
        out.printf(Locale.ROOT, "   %6.1f s  %s%n", seconds(), sentence);
    }

    /** A step that must be true. */
    void check(boolean holds, String claim) {
        if (!holds) {
            untrue++;
        }
        out.printf(Locale.ROOT, "   %6.1f s  %s %s%n", seconds(), holds ? "ok " : "NOT TRUE:", claim);
    }

    /** Whether every step was true. */
    boolean end() {
        out.printf(
                Locale.ROOT,
                "%n%s (%.1f s).%n",
                untrue == 0 ? "Every step was true" : "Steps that were not true: " + untrue,
                seconds());
        return untrue == 0;
    }

    Duration elapsed() {
        return Duration.ofNanos(System.nanoTime() - start);
    }

    private double seconds() {
        return elapsed().toMillis() / 1000.0;
    }
}
