package dev.livemeter.broadcast;

import java.net.URI;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A broadcast on a platform as it is kept: one session at one destination. Another one follows where the platform ended the first and its owner wanted a new one. Immutable; the
 * next state is a new record, which a {@link dev.livemeter.spi.BroadcastStore} accepts only from who knows the present {@code version}.
 *
 * @param detail a sentence for people where there is something to say; else empty
 * @param ref how the platform knows it; null before it was opened
 * @param sealedTarget where the relay pushes, sealed, so that a stream that outlives the application goes on there; null before it was opened and once the stream is over
 * @param liveAt when the platform first showed it; null where it never did
 * @param endedAt when the stream did not go there any more; null before
 * @param viewers as far as the platform tells; null where it did not
 * @param video where it can be watched since; null where that is not known, or not yet
 * @param attempts how often the step that is due was tried
 * @param dueAt when somebody must look after it next; null where nothing is due any more. Whoever does so moves it on first, so that of several nodes only one does
 * @param version 1 when it was stored first, and one more with each change
 */
public record BroadcastRecord(
        BroadcastId id,
        BroadcastTerms terms,
        BroadcastState state,
        String detail,
        @Nullable BroadcastRef ref,
        @Nullable String sealedTarget,
        @Nullable Instant liveAt,
        @Nullable Instant endedAt,
        @Nullable Viewers viewers,
        @Nullable URI video,
        int attempts,
        @Nullable Instant dueAt,
        long version) {

    /** One that the platform is asked for from now on. */
    static BroadcastRecord opening(BroadcastId id, BroadcastTerms terms, Instant dueAt) {
        return new BroadcastRecord(
                id, terms, BroadcastState.OPENING, "", null, null, null, null, null, null, 0, dueAt, 1);
    }

    BroadcastRecord ready(BroadcastRef opened, String target, Instant due) {
        var next = state == BroadcastState.LIVE ? state : BroadcastState.READY;
        return new BroadcastRecord(
                id, terms, next, "", opened, target, liveAt, null, viewers, null, 0, due, version + 1);
    }

    BroadcastRecord notOpened(BroadcastState next, String why, @Nullable Instant due) {
        return new BroadcastRecord(
                id,
                terms,
                next,
                why,
                ref,
                sealedTarget,
                liveAt,
                endedAt,
                viewers,
                video,
                attempts + 1,
                due,
                version + 1);
    }

    /** The platform shows it, and may have shown it before. */
    BroadcastRecord live(Instant at) {
        return moved(BroadcastState.LIVE, "", liveAt == null ? at : liveAt, endedAt, viewers, video, 0, dueAt);
    }

    /** It goes on, and nobody else need look after it before that moment. */
    BroadcastRecord watched(@Nullable Viewers figures, Instant due) {
        return moved(state, detail, liveAt, endedAt, figures, video, attempts, due);
    }

    /** The stream does not go there any more. */
    BroadcastRecord ending(@Nullable Viewers figures, Instant at) {
        return moved(BroadcastState.ENDING, "", liveAt, at, figures, video, 0, at);
    }

    /** The step that is due is tried now, and again at that moment if nothing comes of it. */
    BroadcastRecord tried(Instant again) {
        return moved(state, detail, liveAt, endedAt, viewers, video, attempts + 1, again);
    }

    /** Nothing came of it. */
    BroadcastRecord inVain(String why, Instant again) {
        return moved(state, why, liveAt, endedAt, viewers, video, attempts, again);
    }

    BroadcastRecord ended(String why, @Nullable Instant videoDue) {
        return moved(BroadcastState.ENDED, why, liveAt, endedAt, viewers, video, 0, videoDue);
    }

    BroadcastRecord found(URI page) {
        return moved(state, "", liveAt, endedAt, viewers, page, attempts, null);
    }

    /** Nothing is due any more. */
    BroadcastRecord givenUp(String why) {
        return moved(state, why, liveAt, endedAt, viewers, video, attempts, null);
    }

    private BroadcastRecord moved(
            BroadcastState next,
            String why,
            @Nullable Instant live,
            @Nullable Instant ended,
            @Nullable Viewers figures,
            @Nullable URI page,
            int tries,
            @Nullable Instant due) {
        return new BroadcastRecord(
                id,
                terms,
                next,
                why,
                ref,
                next.isOpen() ? sealedTarget : null,
                live,
                ended,
                figures,
                page,
                tries,
                due,
                version + 1);
    }
}
