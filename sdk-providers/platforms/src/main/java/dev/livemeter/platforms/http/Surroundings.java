package dev.livemeter.platforms.http;

import dev.livemeter.time.TimeSource;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.random.RandomGenerator;

/**
 * What the client takes from the world around it.
 *
 * @param executor runs what the JDK's client has to do besides waiting; short tasks
 */
public record Surroundings(TimeSource time, RandomGenerator random, Pause pause, Executor executor) {

    /** Lets time pass in the calling thread. */
    @FunctionalInterface
    public interface Pause {

        void sleep(Duration span) throws InterruptedException;
    }

    /** The machine's clocks and sleep. */
    public static Surroundings system(RandomGenerator random, Executor executor) {
        return new Surroundings(TimeSource.system(), random, sleeping(), executor);
    }

    /** Sleeps. */
    public static Pause sleeping() {
        return span -> Thread.sleep(Math.max(span.toMillis(), 0));
    }
}
