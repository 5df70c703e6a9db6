package dev.livemeter.account;

import dev.livemeter.secret.Secret;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Keeps this node from asking a platform about a device more often than the platform wants, however often the host asks. Thread-safe. */
final class DevicePaces {

    private static final Duration SLOWER = Duration.ofSeconds(5);

    private final Map<Secret, Pace> paces = new HashMap<>();

    /**
     * How often may be asked about one device.
     *
     * @param next when, in nanoseconds of the monotonic clock
     * @param end when it is over anyway
     */
    private record Pace(Duration interval, long next, long end) {}

    /** How long to wait before the platform may be asked; empty where it may be asked now, which counts as done. */
    synchronized Optional<Duration> toWait(Secret device, Duration interval, Duration lasts, long now) {
        var pace = paces.get(device);
        if (pace != null && pace.next() - now > 0) {
            return Optional.of(Duration.ofNanos(pace.next() - now));
        }
        paces.values().removeIf(past -> past.end() - now <= 0);
        var present = pace == null ? interval : pace.interval();
        paces.put(device, new Pace(present, now + present.toNanos(), now + lasts.toNanos()));
        return Optional.empty();
    }

    /**
     * The platform wants to be asked again.
     *
     * @param slower whether more seldom from now on
     * @return how long to wait
     */
    synchronized Duration again(Secret device, Duration interval, Duration lasts, long now, boolean slower) {
        var pace = paces.get(device);
        var present = pace == null ? interval : pace.interval();
        var wanted = slower ? present.plus(SLOWER) : present;
        paces.put(device, new Pace(wanted, now + wanted.toNanos(), now + lasts.toNanos()));
        return wanted;
    }

    synchronized void over(Secret device) {
        paces.remove(device);
    }
}
