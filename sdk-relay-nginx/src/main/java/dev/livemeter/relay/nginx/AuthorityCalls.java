package dev.livemeter.relay.nginx;

import dev.livemeter.session.SessionId;
import dev.livemeter.spi.RelayAuthority;
import dev.livemeter.spi.RelayAuthority.Admission;
import dev.livemeter.spi.RelayAuthority.EndCause;
import dev.livemeter.spi.RelayAuthority.PublishRequest;
import dev.livemeter.spi.RelayAuthority.ResumeRequest;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks the authority, but waits no longer than nginx waits for us. An admission that comes too late is reported as ended: its
 * publisher was turned away meanwhile, and money may be held for it. Thread-safe.
 */
final class AuthorityCalls {

    private static final Logger log = LoggerFactory.getLogger(AuthorityCalls.class);

    private final RelayAuthority authority;
    private final Executor workers;
    private final Duration patience;
    private final Outstanding outstanding = new Outstanding();

    AuthorityCalls(RelayAuthority authority, Executor workers, Duration patience) {
        this.authority = authority;
        this.workers = workers;
        this.patience = patience;
    }

    /** What the authority said, if it said something in time. */
    sealed interface Reply<T> {

        /** It did. */
        record Said<T>(T what) implements Reply<T> {}

        /** It threw, or took too long. */
        record Nothing<T>() implements Reply<T> {}
    }

    Reply<Admission> publish(PublishRequest request) {
        var answer = ask(() -> authority.publish(request));
        var reply = await(answer, "whether a publisher may come in");
        if (reply instanceof Reply.Nothing) {
            outstanding.track(answer.thenAccept(this::takeBack));
        }
        return reply;
    }

    /** Waits for nothing; the reply comes to {@code then}. */
    void alive(SessionId session, Consumer<Reply<Boolean>> then) {
        hear(ask(() -> authority.alive(session)), () -> "whether session " + session + " may go on", then);
    }

    /** The same, of one that has sent nothing for so long. */
    void alive(SessionId session, Duration silent, Consumer<Reply<Boolean>> then) {
        hear(
                ask(() -> authority.alive(session, silent)),
                () -> "whether session " + session + ", which is silent, may go on",
                then);
    }

    /** Whether a session may go on for sure; on false {@link #alive} has to be asked. Waits for nothing. */
    boolean tryAlive(SessionId session) {
        try {
            return authority.tryAlive(session);
        } catch (RuntimeException e) {
            // Asked the other way it is complained about, and forgiven once.
            log.debug("Livemeter could not decide at once whether session {} may go on.", session, e);
            return false;
        }
    }

    Reply<Boolean> isElsewhere(SessionId session) {
        return await(ask(() -> authority.isElsewhere(session)), "whether another node has session " + session);
    }

    /** Waits for nothing; the reply comes to {@code then}. */
    void resume(ResumeRequest request, Consumer<Reply<Admission>> then) {
        hear(ask(() -> authority.resume(request)), () -> "whether a publisher from before goes on", then);
    }

    /** How long a session may go on unasked. Waits for nothing outside of this program. */
    Duration paidAhead(SessionId session) {
        return authority.paidAhead(session);
    }

    /** Reports of one session, in order, each after the one before. */
    Reports reportsOf(SessionId session) {
        return new Reports(authority, session, workers, outstanding);
    }

    /** Waits until nothing is under way, or that long. */
    void awaitQuiet(Duration atMost) {
        outstanding.await(atMost);
    }

    private <T> CompletableFuture<T> ask(Supplier<T> question) {
        try {
            var answer = CompletableFuture.supplyAsync(question, workers);
            outstanding.track(answer);
            return answer;
        } catch (RejectedExecutionException closed) {
            return CompletableFuture.failedFuture(closed);
        }
    }

    /** What was said goes on in the thread that said it: each thread that something is handed to costs more than most answers. */
    private <T> void hear(CompletableFuture<T> answer, Supplier<String> question, Consumer<Reply<T>> then) {
        var unused = answer.<Reply<T>>thenApply(Reply.Said::new)
                .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .<Void>handle((said, failed) -> {
                    if (failed == null) {
                        then.accept(said);
                    } else {
                        complain(failed, question.get());
                        // This may be the JDK's only thread that tells that something is late.
                        workers.execute(() -> then.accept(new Reply.Nothing<>()));
                    }
                    return null;
                })
                .exceptionally(bug -> {
                    log.error("What followed from an answer of Livemeter failed.", bug);
                    return null;
                });
    }

    private <T> Reply<T> await(CompletableFuture<T> answer, String question) {
        try {
            return new Reply.Said<>(answer.get(patience.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException | ExecutionException failed) {
            complain(failed, question);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return new Reply.Nothing<>();
    }

    private void complain(Throwable failed, String question) {
        if (failed instanceof TimeoutException) {
            log.warn("Livemeter did not decide {} within {} ms.", question, patience.toMillis());
        } else {
            log.warn("Livemeter could not decide {}.", question, failed.getCause());
        }
    }

    private void takeBack(Admission late) {
        if (late instanceof Admission.Admitted admitted) {
            log.warn("Session {} was admitted too late; its publisher is gone.", admitted.session());
            reportsOf(admitted.session()).ended(EndCause.LEFT);
        }
    }
}
