package dev.livemeter.benchmarks;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** What a soak found wrong, and the clock that it goes by. Thread-safe. */
final class SoakFindings {

    private final long from = System.nanoTime();
    private final List<String> wrong = new CopyOnWriteArrayList<>();

    /** Something went as it should, and is worth a line. */
    void note(String sentence) {
        System.out.println(now() + "  " + sentence);
    }

    /** Something is wrong. */
    void wrong(String sentence) {
        wrong.add(now() + "  " + sentence);
        System.out.println(now() + "  WRONG: " + sentence);
    }

    List<String> all() {
        return List.copyOf(wrong);
    }

    private String now() {
        var since = Duration.ofNanos(System.nanoTime() - from);
        return String.format("%3d:%02d", since.toMinutes(), since.toSecondsPart());
    }
}
