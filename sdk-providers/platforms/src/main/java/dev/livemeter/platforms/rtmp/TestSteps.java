package dev.livemeter.platforms.rtmp;

import dev.livemeter.destination.ConnectionTest;
import dev.livemeter.destination.ConnectionTest.Kind;
import dev.livemeter.destination.ConnectionTest.Result;
import dev.livemeter.destination.ConnectionTest.Step;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Notes the steps of a test and how long each took. One thread. */
final class TestSteps {

    private final List<Step> steps = new ArrayList<>();
    private Kind kind = Kind.ADDRESS;
    private long began;

    void begin(Kind next) {
        kind = next;
        began = System.nanoTime();
    }

    Kind current() {
        return kind;
    }

    void pass(String sentence) {
        note(Result.PASSED, sentence);
    }

    void skip(String sentence) {
        note(Result.SKIPPED, sentence);
    }

    ConnectionTest fail(String sentence) {
        note(Result.FAILED, sentence);
        return done();
    }

    ConnectionTest done() {
        return new ConnectionTest(steps);
    }

    private void note(Result result, String sentence) {
        steps.add(new Step(kind, result, Duration.ofNanos(System.nanoTime() - began), sentence));
    }
}
