package dev.livemeter.thumbnail;

import dev.livemeter.session.SessionId;
import dev.livemeter.spi.PictureAuthority;
import dev.livemeter.spi.SessionStore;
import dev.livemeter.spi.ThumbnailStore;
import dev.livemeter.time.TimeSource;
import java.time.Duration;

/** Takes pictures in: one soon, so that a short stream has one, and one more in its place, as the first seconds of many streams are a waiting screen. Thread-safe. */
final class ThumbnailDesk implements PictureAuthority {

    /** What was made earlier than that after the stream came is replaced once. */
    static final Duration EARLY = Duration.ofSeconds(45);

    private final ThumbnailPolicy policy;
    private final ThumbnailStore store;
    private final SessionStore sessions;
    private final TimeSource time;

    ThumbnailDesk(ThumbnailPolicy policy, ThumbnailStore store, SessionStore sessions, TimeSource time) {
        this.policy = policy;
        this.store = store;
        this.sessions = sessions;
        this.time = time;
    }

    @Override
    public int width() {
        return policy.width();
    }

    @Override
    public int mostBytes() {
        return policy.mostBytes();
    }

    @Override
    public boolean wants(SessionId session) {
        var known = sessions.find(session);
        if (known.isEmpty()) {
            return false;
        }
        var present = store.find(session);
        if (present.isEmpty()) {
            return true;
        }
        var settled = known.get().openedAt().plus(EARLY);
        return !(present.get().content() instanceof ThumbnailContent.Link)
                && present.get().madeAt().isBefore(settled)
                && !time.instant().isBefore(settled);
    }

    @Override
    public void taken(SessionId session, byte[] jpeg) {
        if (jpeg.length > policy.mostBytes()) {
            notTaken(session, "The picture has more bytes than are kept.");
            return;
        }
        store.offer(new Thumbnail(session, time.instant(), new ThumbnailContent.Picture(jpeg)));
    }

    /** A picture that there is already is better than a reason. */
    @Override
    public void notTaken(SessionId session, String why) {
        var present = store.find(session);
        if (present.isEmpty() || present.get().content() instanceof ThumbnailContent.Missing) {
            store.offer(new Thumbnail(session, time.instant(), new ThumbnailContent.Missing(why)));
        }
    }
}
