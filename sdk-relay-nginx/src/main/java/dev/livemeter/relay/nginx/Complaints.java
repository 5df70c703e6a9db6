package dev.livemeter.relay.nginx;

import dev.livemeter.time.TimeSource;
import java.time.Duration;
import org.slf4j.Logger;

/** Counts something unpleasant and logs it at most every ten seconds, so that whoever causes it cannot fill the log. Thread-safe. */
final class Complaints {

    private static final long QUIET_NANOS = Duration.ofSeconds(10).toNanos();

    private final Logger log;
    private final String sentence;
    private final TimeSource time;
    private long count;
    private long told;
    private long toldAtNanos;

    Complaints(Logger log, String sentence, TimeSource time) {
        this.log = log;
        this.sentence = sentence;
        this.time = time;
    }

    synchronized void add(String remoteAddress) {
        count++;
        var now = time.nanoTime();
        if (told == 0 || now - toldAtNanos >= QUIET_NANOS) {
            log.warn("{}: {} so far, the last from {}.", sentence, count, remoteAddress);
            told = count;
            toldAtNanos = now;
        }
    }

    synchronized long count() {
        return count;
    }
}
