package dev.livemeter.session;

import dev.livemeter.ingest.StreamKeyId;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/**
 * What is known of a session by whoever delivers its stream.
 *
 * @param key with which it was opened
 * @param at about when
 */
record Opening(StreamKeyId key, Instant at) {

    /** How far two accounts of when a session was opened may lie apart: a wall clock may have been set between them. */
    static final Duration SAME_MOMENT = Duration.ofSeconds(30);

    /** Whether it may be that session's. */
    boolean isOf(Session session) {
        return key.equals(session.streamKey()) && apart(session).compareTo(SAME_MOMENT) <= 0;
    }

    /** Of several whose it may be, the nearest in time. */
    Optional<Session> nearest(Collection<MeteredSession> among) {
        return among.stream().map(MeteredSession::session).filter(this::isOf).min(Comparator.comparing(this::apart));
    }

    private Duration apart(Session session) {
        return Duration.between(session.openedAt(), at).abs();
    }
}
