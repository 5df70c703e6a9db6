package dev.livemeter.fleet;

import dev.livemeter.LivemeterException;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Starts a host, again and again until it works, and looks after it from then on. Thread-safe. */
final class HostWatch {

    private static final Logger log = LoggerFactory.getLogger(HostWatch.class);

    private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
    private static final int DOUBLINGS = 6;

    private final FleetHost host;
    private final RelayAuthority authority;
    private final Scheduler scheduler;
    private final TimeSource time;
    private final Duration every;

    private boolean closed;
    private @Nullable Long lookingSinceNanos;
    private volatile @Nullable RuntimeException fault;

    HostWatch(FleetHost host, RelayAuthority authority, Scheduler scheduler, TimeSource time, Duration every) {
        this.host = host;
        this.authority = authority;
        this.scheduler = scheduler;
        this.time = time;
        this.every = every;
    }

    /** Starts the host and returns when that is decided; should it fail, it is tried again later. */
    void start() {
        start(0);
    }

    private void start(int failures) {
        if (isClosed()) {
            return;
        }
        try {
            var ingest = host.relay().open(authority);
            if (isClosed()) {
                host.relay().close();
                return;
            }
            fault = null;
            host.started(ingest);
            scheduler.after(every, this::look);
        } catch (RuntimeException e) {
            fault = e;
            var wait = FIRST_RETRY.multipliedBy(1L << Math.min(failures, DOUBLINGS));
            log.warn(
                    "The relay host {} could not be started; it is tried again in {} s. {}",
                    host.name(),
                    wait.toSeconds(),
                    e.getMessage(),
                    e instanceof LivemeterException ? null : e);
            host.notStarted(Pulse.sentence(e));
            scheduler.after(wait, () -> start(failures + 1));
        }
    }

    /** Why the last start failed; null where it did not. */
    @Nullable
    RuntimeException fault() {
        return fault;
    }

    private void look() {
        final Long before;
        synchronized (this) {
            if (closed) {
                return;
            }
            before = lookingSinceNanos;
            if (before == null) {
                lookingSinceNanos = time.nanoTime();
            }
        }
        // First the next look: this one may never return.
        scheduler.after(every, this::look);
        if (before != null) {
            var waited = Duration.ofNanos(time.nanoTime() - before);
            host.looked(RelayHealth.down("It has not said for " + waited.toSeconds() + " s how it is."));
            return;
        }
        try {
            host.looked(Pulse.of(host.relay()));
            host.relay().movedTo().ifPresent(host::movedTo);
        } finally {
            synchronized (this) {
                lookingSinceNanos = null;
            }
        }
    }

    /** Looks no more. */
    synchronized void close() {
        closed = true;
    }

    private synchronized boolean isClosed() {
        return closed;
    }
}
