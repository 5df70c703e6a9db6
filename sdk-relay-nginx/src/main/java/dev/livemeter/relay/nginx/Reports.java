package dev.livemeter.relay.nginx;

import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.identity.UserId;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.StreamFormat;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.spi.RelayAuthority.EndCause;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the authority is told of one session: in order, one at a time, never by a thread that nginx waits for, and nothing after
 * the end. Thread-safe.
 */
final class Reports {

    private static final Logger log = LoggerFactory.getLogger(Reports.class);

    private final RelayAuthority authority;
    private final SessionId session;
    private final Executor workers;
    private final Outstanding outstanding;
    private CompletableFuture<Void> last = CompletableFuture.completedFuture(null);
    private boolean ended;

    Reports(RelayAuthority authority, SessionId session, Executor workers, Outstanding outstanding) {
        this.authority = authority;
        this.session = session;
        this.workers = workers;
        this.outstanding = outstanding;
    }

    /** Whose stream it is; the session's own name where that is not known. */
    String owner() {
        return authority.ownerOf(session).map(UserId::value).orElse(session.value());
    }

    synchronized void destination(DestinationId destination, DestinationStatus.State state, String detail) {
        if (!ended) {
            enqueue(() -> authority.destinationChanged(session, destination, state, detail));
        }
    }

    synchronized void retries(DestinationId destination, String detail, Duration next) {
        if (!ended) {
            enqueue(() -> authority.destinationRetries(session, destination, detail, next));
        }
    }

    synchronized void lags(DestinationId destination, Duration behind) {
        if (!ended) {
            enqueue(() -> authority.destinationLags(session, destination, behind));
        }
    }

    synchronized void seen(StreamFormat format) {
        if (!ended) {
            enqueue(() -> authority.streamSeen(session, format));
        }
    }

    /** The last report; further ones are dropped. */
    synchronized void ended(EndCause cause) {
        if (!ended) {
            ended = true;
            enqueue(() -> authority.ended(session, cause));
        }
    }

    /** The last report, of one that has sent nothing for so long; further ones are dropped. */
    synchronized void endedSilent(Supplier<Duration> silent) {
        if (!ended) {
            ended = true;
            enqueue(() -> authority.alive(session, silent.get()));
            enqueue(() -> authority.ended(session, EndCause.SILENT));
        }
    }

    private void enqueue(Runnable report) {
        try {
            last = last.thenRunAsync(() -> run(report), workers);
        } catch (RejectedExecutionException closed) {
            // The relay is closed and its threads are gone; a late report still has to arrive.
            last = last.thenRun(() -> run(report));
        }
        outstanding.track(last);
    }

    private void run(Runnable report) {
        try {
            report.run();
        } catch (RuntimeException e) {
            log.error("Livemeter did not take a report of session {}.", session, e);
        }
    }
}
