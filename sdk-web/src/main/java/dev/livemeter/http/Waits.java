package dev.livemeter.http;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Requests that wait for news and hold no thread meanwhile: so many in all, and so many of one person. Thread-safe. */
final class Waits implements AutoCloseable {

    /** Below the time after which servers and proxies take a connection for dead. */
    static final int LONGEST_SECONDS = 25;

    private final int most;
    private final int mostOfOne;
    private final Set<Wait> waiting = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> ofOne = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Waits(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
    }

    /** A place to wait in, to be {@linkplain Wait#end ended} in any case; null where there is none, and who asks is to be answered at once. */
    @Nullable
    Wait begin(String who) {
        if (closed || waiting.size() >= most) {
            return null;
        }
        var has = new boolean[1];
        ofOne.compute(who, (key, count) -> {
            var before = count == null ? 0 : count;
            has[0] = before < mostOfOne;
            return has[0] ? before + 1 : before;
        });
        if (!has[0]) {
            return null;
        }
        var wait = new Wait(who);
        waiting.add(wait);
        if (closed) {
            wait.wake();
        }
        return wait;
    }

    int size() {
        return waiting.size();
    }

    /** How much of the room is taken, in percent. */
    int loadPercent() {
        return (int) (100L * waiting.size() / most);
    }

    /** Wakes all that wait, and lets nobody wait any more. Idempotent. */
    @Override
    public void close() {
        closed = true;
        waiting.forEach(Wait::wake);
    }

    /** One that waits; equal to itself alone. */
    final class Wait {

        private final String who;
        private final CompletableFuture<Boolean> news = new CompletableFuture<>();

        private Wait(String who) {
            this.who = who;
        }

        /** There is something. Returns at once where what follows is asynchronous. */
        void wake() {
            news.complete(true);
        }

        /** Done when it was woken, or that time is over. */
        CompletionStage<Boolean> within(Duration patience) {
            return news.completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS);
        }

        /** Gives the place back. Idempotent. */
        void end() {
            if (waiting.remove(this)) {
                ofOne.computeIfPresent(who, (key, count) -> count <= 1 ? null : count - 1);
            }
        }
    }
}
