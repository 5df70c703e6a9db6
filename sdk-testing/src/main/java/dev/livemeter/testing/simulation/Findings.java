package dev.livemeter.testing.simulation;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Keeps the first thing that was found wrong: what follows from it only hides it. */
final class Findings {

    private @Nullable String first;

    void check(boolean holds, Supplier<String> otherwise) {
        if (!holds && first == null) {
            first = otherwise.get();
        }
    }

    void found(String sentence) {
        check(false, () -> sentence);
    }

    @Nullable
    String first() {
        return first;
    }
}
