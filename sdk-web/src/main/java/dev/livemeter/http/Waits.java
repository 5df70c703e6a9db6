package dev.livemeter.http;

import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Requests that wait for news and hold no thread meanwhile: so many in all, and so many of one person. They are answered on threads of their own, as an answer may ask a database, or another node: neither whoever
 * wakes them waits for that, nor the one thread by which the JVM keeps the time of everybody. Thread-safe.
 */
final class Waits implements AutoCloseable {

    /** Below the time after which servers and proxies take a connection for dead. */
    static final int LONGEST_SECONDS = 25;

    /** Answers at a time; the others wait for them, and there are never more than may wait for news. */
    private static final int MOST_ANSWERING = 16;

    private final int most;
    private final int mostOfOne;
    private final ThreadPoolExecutor answering;
    private final Set<Wait> waiting = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> ofOne = new ConcurrentHashMap<>();
    private volatile boolean closed;

    Waits(int most, int mostOfOne) {
        this.most = most;
        this.mostOfOne = mostOfOne;
        this.answering = new ThreadPoolExecutor(
                MOST_ANSWERING,
                MOST_ANSWERING,
                10,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> {
                    var thread = new Thread(task, "livemeter-poll");
                    thread.setDaemon(true);
                    return thread;
                },
                // Closed, and so nobody waits any more: whoever still asks has a thread.
                (task, closed) -> task.run());
        answering.allowCoreThreadTimeOut(true);
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
        answering.shutdown();
    }

    /** One that waits; equal to itself alone. */
    final class Wait {

        private final String who;
        private final CompletableFuture<Boolean> news = new CompletableFuture<>();

        private Wait(String who) {
            this.who = who;
        }

        /** There is something. Returns at once. */
        void wake() {
            news.complete(true);
        }

        /** Answers when it is woken, or that time is over. */
        <T> CompletionStage<T> answer(Duration patience, Supplier<T> answer) {
            return news.completeOnTimeout(false, patience.toMillis(), TimeUnit.MILLISECONDS)
                    .handleAsync((woken, failure) -> answer.get(), answering);
        }

        /** Gives the place back. Idempotent. */
        void end() {
            if (waiting.remove(this)) {
                ofOne.computeIfPresent(who, (key, count) -> count <= 1 ? null : count - 1);
            }
        }
    }
}
