package dev.livemeter.jdbc.crash;

import dev.livemeter.identity.UserId;
import dev.livemeter.session.SettleRequest;
import dev.livemeter.session.SettleResult;
import dev.livemeter.spi.Settler;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Which threads are in the middle of a settlement that charges somebody; those that open sessions or store a proof alone do not count. Thread-safe. */
final class Charging {

    private final Runnable begins;
    private final Runnable ended;
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    /**
     * Nobody does yet.
     *
     * @param begins is told in the thread that settles, before it asks its database for anything
     * @param ended is told there, when it has its answer
     */
    Charging(Runnable begins, Runnable ended) {
        this.begins = begins;
        this.ended = ended;
    }

    /** The same settler, watched. */
    Settler watching(Settler settler) {
        return new Settler() {
            @Override
            public List<SettleResult> settle(List<SettleRequest> batch) {
                if (batch.stream().allMatch(request -> request.captures().isEmpty())) {
                    return settler.settle(batch);
                }
                begins.run();
                threads.add(Thread.currentThread());
                try {
                    return settler.settle(batch);
                } finally {
                    threads.remove(Thread.currentThread());
                    ended.run();
                }
            }

            @Override
            public Duration coverable(UserId payer, Instant at) {
                return settler.coverable(payer, at);
            }
        };
    }

    /** Whether the thread that asks does. */
    boolean isUnderWayHere() {
        return threads.contains(Thread.currentThread());
    }
}
