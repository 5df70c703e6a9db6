package dev.livemeter.standin.youtube;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;

/** What is to go wrong, and what was asked. Its server's lock guards it. */
final class Faults {

    private static final Fault NONE = Fault.slow(Duration.ZERO);

    private final Map<String, Queue<Fault>> once = new HashMap<>();
    private final Map<String, Fault> always = new HashMap<>();
    private final List<String> asked = new ArrayList<>();

    void add(String method, Fault fault) {
        once.computeIfAbsent(method, any -> new ArrayDeque<>()).add(fault);
    }

    void always(String method, Fault fault) {
        always.put(method, fault);
    }

    void mend() {
        once.clear();
        always.clear();
    }

    /** Notes that a method was asked for, and tells what goes wrong with it. */
    Fault next(String method) {
        asked.add(method);
        var queue = once.get(method);
        return queue == null || queue.isEmpty() ? always.getOrDefault(method, NONE) : queue.remove();
    }

    List<String> asked() {
        return List.copyOf(asked);
    }

    void forgetAsked() {
        asked.clear();
    }

    static void pause(Fault fault) throws InterruptedException {
        Thread.sleep(fault.delay().toMillis());
    }
}
