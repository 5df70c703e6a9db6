package dev.livemeter.session;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How one session ends: the end is ordered, it is confirmed that nothing is delivered any more, what is due is charged, and then it is over. The first cause stands, however many come together.
 * A cut, and why, is said without the session's lock, so that it waits for nobody (decision record 0003); everything else is used under it.
 */
final class SessionTermination {

    private static final Logger log = LoggerFactory.getLogger(SessionTermination.class);
    private static final Duration CONFIRM_WITHIN = Duration.ofSeconds(10);

    private final SessionParts parts;
    private final Delivery delivery;
    private final SessionId id;
    private final SessionAccount account;
    private final SessionStory story;
    private final SessionTimers timers;
    private final Runnable unconfirmed;
    private final Runnable over;
    private final AtomicReference<@Nullable SessionEnd> cause = new AtomicReference<>();
    private boolean publisherGone;
    private boolean publisherLost;
    private boolean closed;

    /**
     * A session that does not end yet.
     *
     * @param unconfirmed is done where its end was ordered, and nobody confirms that nothing is delivered any more; not under the lock
     * @param over is told when nothing further will happen to it
     */
    SessionTermination(
            SessionParts parts,
            Delivery delivery,
            SessionAccount account,
            SessionStory story,
            SessionTimers timers,
            Runnable unconfirmed,
            Runnable over) {
        this.parts = parts;
        this.delivery = delivery;
        this.id = account.stored().id();
        this.account = account;
        this.story = story;
        this.timers = timers;
        this.unconfirmed = unconfirmed;
        this.over = over;
    }

    // The order

    /** Why it ends; empty where it does not. Thread-safe. */
    Optional<SessionEnd> cause() {
        return Optional.ofNullable(cause.get());
    }

    /** Notes why it ends, unless there is a cause already. Thread-safe. */
    void because(SessionEnd why) {
        cause.compareAndSet(null, why);
    }

    /** Ends the delivery, and notes why as {@link #because} does. Thread-safe. */
    void cut(SessionEnd why) {
        because(why);
        delivery.cut(id);
    }

    /**
     * After {@link #cut}: notes that it is ending.
     *
     * @return whether it was not ending already
     */
    boolean order() {
        var session = account.session();
        if (publisherGone || session.state().compareTo(SessionState.ENDING) >= 0) {
            return false;
        }
        timers.cancel();
        var why = Objects.requireNonNull(cause.get());
        account.become(session.ending(why));
        story.ending(why);
        timers.lookAfter(CONFIRM_WITHIN, () -> {
            log.error(
                    "Session {}: nobody confirmed within {} that it is no longer delivered; it is charged up to its last sign of life.",
                    id,
                    CONFIRM_WITHIN);
            unconfirmed.run();
        });
        return true;
    }

    // The confirmation

    /** Nothing is delivered any more: the publisher left at this moment. */
    void left() {
        publisherGone = true;
        publisherLost = false;
        timers.cancel();
    }

    /** Nothing is delivered any more, perhaps since its last sign of life. */
    void lost() {
        publisherGone = true;
        publisherLost = true;
        timers.cancel();
    }

    /** Its former keeper went away; whether something is delivered is not known. */
    void leftOpen() {
        publisherGone = true;
        publisherLost = true;
    }

    /** It is delivered after all. */
    void resume() {
        publisherGone = false;
        publisherLost = false;
    }

    /** It was not opened. */
    void neverCame() {
        publisherGone = true;
    }

    /** Whether nothing is delivered any more. */
    boolean isPublisherGone() {
        return publisherGone;
    }

    // The last charge

    /** The termination, as a request; null where it is delivered still, or may be. */
    @Nullable
    SettleRequest request() {
        var why = publisherGone ? cause.get() : null;
        return why == null
                ? null
                : account.termination(why, publisherLost ? account.session().seenAt() : parts.now());
    }

    /** It is charged. */
    void settled() {
        story.ended(account.stored(), account.uncollected());
        close();
    }

    /** Another node had it in the meantime. */
    void fenced() {
        log.error("Session {}: another node has taken it over; this one stops to meter it.", id);
        timers.cancel();
        if (delivery.resumesWithin().isZero()) {
            delivery.cut(id);
        }
        story.fenced();
        close();
    }

    /** Nothing further happens to it here. */
    void close() {
        closed = true;
        publisherGone = true;
        delivery.over(account.stored());
        over.run();
    }

    boolean isClosed() {
        return closed;
    }
}
