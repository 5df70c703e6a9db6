package dev.livemeter.session;

import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;

/** Who may take over the stream of a key, and when what ran is over (decision record 0039). Thread-safe. */
final class TakeOvers {

    /**
     * So long nobody takes over again, counted from the last one who took over or tried. Two encoders that reconnect by themselves would cut each other off for ever; one that is
     * turned away tries again within seconds, and so keeps the door shut until a person stops it. What runs and has died is dropped by the relay in little more than that.
     */
    static final Duration SETTLES_WITHIN = Duration.ofSeconds(10);

    /**
     * So long what runs may take to end while the newcomer waits. A relay gives an answer three seconds at most, and the newcomer's own session has to be opened in what is left of them.
     */
    static final Duration ENDS_WITHIN = Duration.ofSeconds(1);

    private final TimeSource time;
    private final Set<StreamKeyId> entering = new HashSet<>();
    private final Map<StreamKeyId, Long> contestedAtNanos = new HashMap<>();
    private final Map<SessionId, CompletableFuture<Void>> awaited = new ConcurrentHashMap<>();

    TakeOvers(TimeSource time) {
        this.time = time;
    }

    /** Whether nobody else comes in with that key at this moment; who does {@linkplain #entered enters}. */
    synchronized boolean enter(StreamKeyId key) {
        return entering.add(key);
    }

    synchronized void entered(StreamKeyId key) {
        entering.remove(key);
    }

    /** Whether what runs on that key may be taken over now; the question counts, whatever the answer. */
    synchronized boolean begin(StreamKeyId key) {
        forgetSettled();
        return contestedAtNanos.put(key, time.nanoTime()) == null;
    }

    /** Whether it may not; only then the question counts. */
    synchronized boolean isContested(StreamKeyId key) {
        forgetSettled();
        return contestedAtNanos.replace(key, time.nanoTime()) != null;
    }

    private void forgetSettled() {
        var now = time.nanoTime();
        contestedAtNanos.values().removeIf(before -> now - before >= SETTLES_WITHIN.toNanos());
    }

    /**
     * Waits until a session is over and charged, {@link #ENDS_WITHIN} at most.
     *
     * @param runs whether it is not over yet
     * @return whether it is over
     */
    boolean awaitOver(SessionId session, BooleanSupplier runs) {
        var over = awaited.computeIfAbsent(session, fresh -> new CompletableFuture<>());
        if (!runs.getAsBoolean()) {
            over(session);
            return true;
        }
        try {
            over.get(ENDS_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A session is over; to be told of each, after it does not run any more. */
    void over(SessionId session) {
        var waiting = awaited.remove(session);
        if (waiting != null) {
            waiting.complete(null);
        }
    }
}
